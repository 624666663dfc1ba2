// What a Log Analytics workspace needs for the rows of mesh-telemetry: a table, the way in, the right to use it, and what reads it.
//
//   az deployment group create --resource-group GROUP-OF-THE-WORKSPACE --template-file main.bicep \
//     --parameters workspaceName=WORKSPACE principalId=OBJECT-ID-OF-THE-COLLECTORS-IDENTITY
//
// The output `forward` is what the collector's configuration has under forward.azure.

@description('The workspace, in the resource group that is deployed to.')
param workspaceName string

@description('The workspace’s region. The data collection rule must be in the same.')
param location string = resourceGroup().location

@description('The object id of the identity by which the collector sends: a managed identity’s or a service principal’s principal id.')
param principalId string

@description('The table of the rows.')
@minLength(4)
@maxLength(45)
param tableName string = 'OsmInsightsMetrics_CL'

@description('For how many days rows can be queried; -1 is as long as the workspace keeps the others.')
param retentionInDays int = -1

@description('The function that answers with the rows of the mesh and of InsightsMetrics. Under the name InsightsMetrics, queries that were written for the agent’s rows find ours.')
param functionAlias string = 'InsightsMetrics'

@description('Whether alert rules are made. Each costs a little every month.')
param alertRules bool = true

@description('Resource ids of the action groups that alerts call.')
param actionGroupIds array = []

var monitoringMetricsPublisher = '3913510d-42f4-4e42-8a64-420c390055eb'
var writtenFor = 'OsmInsightsMetrics_CL'
var stream = 'Custom-${tableName}'

// The columns of InsightsMetrics that a row carries. Tags is JSON as text, as the agent writes it.
var columns = [
  { name: 'TimeGenerated', type: 'datetime' }
  { name: 'Computer', type: 'string' }
  { name: 'Origin', type: 'string' }
  { name: 'Namespace', type: 'string' }
  { name: 'Name', type: 'string' }
  { name: 'Tags', type: 'string' }
  { name: 'Val', type: 'real' }
]

var queries = [
  { name: 'arc-guide', title: 'Envoy’s figures by the label app', query: loadTextContent('queries/arc-guide.kql') }
  { name: 'arc-guide-by-namespace', title: 'Envoy’s figures by namespace', query: loadTextContent('queries/arc-guide-by-namespace.kql') }
  { name: 'who-calls-whom', title: 'Who calls whom, and what fails', query: loadTextContent('queries/who-calls-whom.kql') }
  { name: 'latency', title: 'Latency per caller and destination', query: loadTextContent('queries/latency.kql') }
  { name: 'requests-over-time', title: 'Requests per second over time', query: loadTextContent('queries/requests-over-time.kql') }
  { name: 'errors-over-time', title: 'Share of 5xx over time', query: loadTextContent('queries/errors-over-time.kql') }
  { name: 'status-codes', title: 'Response codes', query: loadTextContent('queries/status-codes.kql') }
  { name: 'failing-pods', title: 'Which pods get the 5xx', query: loadTextContent('queries/failing-pods.kql') }
  { name: 'connections', title: 'Connections and bytes', query: loadTextContent('queries/connections.kql') }
  { name: 'new-connections', title: 'Who began to call whom', query: loadTextContent('queries/new-connections.kql') }
  { name: 'silent-pods', title: 'Pods without rows', query: loadTextContent('queries/silent-pods.kql') }
  { name: 'delay', title: 'Delay of rows', query: loadTextContent('queries/delay.kql') }
  { name: 'volume', title: 'Rows and bytes that are billed', query: loadTextContent('queries/volume.kql') }
  { name: 'writers', title: 'Who writes the mesh’s rows', query: loadTextContent('queries/writers.kql') }
]

// An alert is raised for each cluster, or for each caller and destination there.
var perCluster = [
  { name: 'Cluster', operator: 'Include', values: ['*'] }
]
var perConnection = concat(perCluster, [
  { name: 'SourceNamespace', operator: 'Include', values: ['*'] }
  { name: 'Source', operator: 'Include', values: ['*'] }
  { name: 'Destination', operator: 'Include', values: ['*'] }
])

var alerts = [
  {
    name: 'failing-calls'
    title: 'Service mesh: calls fail'
    description: 'More than 5 % of the calls of a service to another ended with 5xx, of 20 or more within 15 minutes.'
    severity: 2
    window: 'PT15M'
    measure: 'Errors5xxPercent'
    above: 5
    dimensions: perConnection
    query: loadTextContent('alerts/failing-calls.kql')
  }
  {
    name: 'slow-calls'
    title: 'Service mesh: calls are slow'
    description: 'More than a tenth of the answers that a service got from another took longer than a second, of 20 or more within 15 minutes.'
    severity: 3
    window: 'PT15M'
    measure: 'P90Ms'
    above: 1000
    dimensions: perConnection
    query: loadTextContent('alerts/slow-calls.kql')
  }
  {
    name: 'failed-connections'
    title: 'Service mesh: connections fail'
    description: 'More than 10 connections of a service to another could not be made within 15 minutes.'
    severity: 3
    window: 'PT15M'
    measure: 'Failed'
    above: 10
    dimensions: perConnection
    query: loadTextContent('alerts/failed-connections.kql')
  }
  {
    name: 'silent-clusters'
    title: 'Service mesh: a cluster sends no rows'
    description: 'No rows of a cluster that sent some within the last day are 10 minutes old or newer: the collector is down, cannot send, or the mesh is gone.'
    severity: 2
    window: 'P1D'
    measure: 'SilentMinutes'
    above: 10
    dimensions: perCluster
    query: loadTextContent('alerts/silent-clusters.kql')
  }
]

resource workspace 'Microsoft.OperationalInsights/workspaces@2022-10-01' existing = {
  name: workspaceName
}

resource table 'Microsoft.OperationalInsights/workspaces/tables@2022-10-01' = {
  parent: workspace
  name: tableName
  properties: {
    plan: 'Analytics'
    retentionInDays: retentionInDays
    schema: {
      name: tableName
      columns: columns
    }
  }
}

// Kind Direct has an endpoint of its own, so that no data collection endpoint is needed outside of private links.
resource rule 'Microsoft.Insights/dataCollectionRules@2023-03-11' = {
  name: 'mesh-telemetry-${workspaceName}'
  location: location
  kind: 'Direct'
  properties: {
    description: 'Rows of mesh-telemetry, as they are.'
    streamDeclarations: {
      '${stream}': {
        columns: columns
      }
    }
    destinations: {
      logAnalytics: [
        {
          name: 'workspace'
          workspaceResourceId: workspace.id
        }
      ]
    }
    dataFlows: [
      {
        streams: [stream]
        destinations: ['workspace']
        transformKql: 'source'
        outputStream: stream
      }
    ]
  }
  dependsOn: [table]
}

// The right to send through this one rule, and no other. It takes effect within half an hour.
resource sender 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  scope: rule
  name: guid(rule.id, principalId, monitoringMetricsPublisher)
  properties: {
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', monitoringMetricsPublisher)
    principalId: principalId
    principalType: 'ServicePrincipal'
  }
}

resource function 'Microsoft.OperationalInsights/workspaces/savedSearches@2020-08-01' = {
  parent: workspace
  name: 'mesh-telemetry-insights-metrics'
  etag: '*'
  properties: {
    category: 'Service mesh'
    displayName: functionAlias
    functionAlias: functionAlias
    query: replace(loadTextContent('functions/insights-metrics.kql'), writtenFor, tableName)
    version: 2
  }
  dependsOn: [table]
}

resource savedQueries 'Microsoft.OperationalInsights/workspaces/savedSearches@2020-08-01' = [
  for saved in queries: {
    parent: workspace
    name: 'mesh-telemetry-${saved.name}'
    etag: '*'
    properties: {
      category: 'Service mesh'
      displayName: saved.title
      query: replace(saved.query, writtenFor, tableName)
      version: 2
    }
  }
]

resource alertRule 'Microsoft.Insights/scheduledQueryRules@2021-08-01' = [
  for alert in alerts: if (alertRules) {
    name: 'mesh-telemetry-${alert.name}'
    location: location
    kind: 'LogAlert'
    properties: {
      displayName: alert.title
      description: alert.description
      severity: alert.severity
      enabled: true
      scopes: [workspace.id]
      evaluationFrequency: 'PT5M'
      windowSize: alert.window
      criteria: {
        allOf: [
          {
            query: replace(alert.query, writtenFor, tableName)
            timeAggregation: 'Maximum'
            metricMeasureColumn: alert.measure
            operator: 'GreaterThan'
            threshold: alert.above
            dimensions: alert.dimensions
            failingPeriods: {
              numberOfEvaluationPeriods: 1
              minFailingPeriodsToAlert: 1
            }
          }
        ]
      }
      autoMitigate: true
      // A table that is minutes old is not yet known to those who check queries.
      skipQueryValidation: true
      actions: {
        actionGroups: actionGroupIds
      }
    }
    dependsOn: [table]
  }
]

resource workbook 'Microsoft.Insights/workbooks@2022-04-01' = {
  name: guid(workspace.id, 'mesh-telemetry')
  location: location
  kind: 'shared'
  properties: {
    displayName: 'Service mesh'
    category: 'workbook'
    sourceId: workspace.id
    version: '1.0'
    serializedData: replace(replace(loadTextContent('service-mesh.workbook'), 'value::1', workspace.id), writtenFor, tableName)
  }
}

@description('What the collector’s configuration has under forward.azure.')
output forward object = {
  endpoint: rule.properties.endpoints.logsIngestion
  ruleId: rule.properties.immutableId
  stream: stream
}
