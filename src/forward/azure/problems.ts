import type { ProblemKind } from '../../runtime/problem.ts'

const showRule =
  'az monitor data-collection rule list --query "[].{name:name,immutableId:immutableId,location:location,endpoint:endpoints.logsIngestion,streams:streamDeclarations}"'

/**
 * Why rows did not reach Azure. What somebody can put right in Azure or in the configuration is retryable: rows wait for it in the outbox, instead of being
 * given up while a role is on its way. Statuses: Logs Ingestion API overview and its limits, learn.microsoft.com.
 */
export const azureProblems = {
  azure_no_token: {
    code: 'azure_no_token',
    meaning:
      'No token could be had for Azure: the identity that forward.azure.credential names is not there, or it was refused. Rows wait.',
    remedy:
      'For workloadIdentity the pod needs the label azure.workload.identity/use=true, its service account the annotation azure.workload.identity/client-id, and the identity a federated credential for it. managedIdentity needs an identity of the node, forward.azure.clientId where there are several, and in a cluster components/node-identity of deploy/, without which the NetworkPolicy keeps the metadata service of the node shut. For clientSecret see tenantId, clientId, and whether the secret has expired.',
    retryable: true,
  },
  azure_token_refused: {
    code: 'azure_token_refused',
    meaning:
      'Azure does not accept the token (401): it has expired, or is of another cloud or tenant. Rows wait, and the next try asks for a new one.',
    remedy:
      "If it stays: forward.azure.cloud must be the cloud of the endpoint, the identity of the tenant of the rule, and this machine's clock right.",
    retryable: true,
  },
  azure_forbidden: {
    code: 'azure_forbidden',
    meaning: 'The identity may not write to the data collection rule (403). Rows wait.',
    remedy:
      'Give it the role Monitoring Metrics Publisher on the rule, and wait: it takes up to 30 minutes to count. az role assignment create --role 3913510d-42f4-4e42-8a64-420c390055eb --assignee <object ID of the identity> --scope <resource ID of the rule>. Being owner of the rule is not enough.',
    retryable: true,
  },
  azure_rule_unknown: {
    code: 'azure_rule_unknown',
    meaning:
      'The endpoint knows no data collection rule with the ID in forward.azure.ruleId (404): the ID is another, or the endpoint is that of another region. Rows wait.',
    remedy: `See immutable ID, region and endpoint of your rules, and take all from the same one: ${showRule}`,
    retryable: true,
  },
  azure_stream_unknown: {
    code: 'azure_stream_unknown',
    meaning: 'The rule is there and has no stream with the name in forward.azure.stream. Rows wait.',
    remedy: `See what streams your rules declare: ${showRule}`,
    retryable: true,
  },
  azure_request_refused: {
    code: 'azure_request_refused',
    meaning: 'Azure refuses every request, even one without rows, for the reason that it names. Rows wait.',
    remedy: `See whether rule, stream and endpoint belong together: ${showRule}`,
    retryable: true,
  },
  azure_rows_refused: {
    code: 'azure_rows_refused',
    meaning: 'Azure takes requests without rows, and refuses these rows (400). They are dropped, since they would be refused again.',
    remedy:
      "The stream's columns must be those of InsightsMetrics: TimeGenerated datetime, Computer, Origin, Namespace, Name and Tags string, Val real. Tags must not be dynamic. What the rule refuses is in the table DCRLogErrors once the rule has a diagnostic setting.",
    retryable: false,
  },
  azure_too_large: {
    code: 'azure_too_large',
    meaning: 'Azure takes 1 MB at once and these rows are more (413). They are sent in halves; a single row of that size is dropped.',
    remedy: 'Nothing need be done for halves. Where a gateway between here and Azure has a smaller limit, raise it.',
    retryable: false,
  },
  azure_throttled: {
    code: 'azure_throttled',
    meaning: 'The rule gets more than it takes in a minute (429). Rows wait as long as Azure asks.',
    remedy:
      'A rule takes 12,000 requests and 2 GB a minute from all who write to it. Have other writers use other rules, or lengthen rows.interval.',
    retryable: true,
  },
  azure_unavailable: {
    code: 'azure_unavailable',
    meaning: 'Azure, or something between here and there, is in trouble or answers what the Logs Ingestion API never answers. Rows wait.',
    remedy: "If it lasts, see status.azure.com, and whether a proxy answers in Azure's place.",
    retryable: true,
  },
  azure_unreachable: {
    code: 'azure_unreachable',
    meaning: 'No connection to the endpoint, or it broke off before the answer: what was sent then may arrive twice. Rows wait.',
    remedy:
      'See whether the name in forward.azure.endpoint resolves, and whether network policies, firewalls and proxies (HTTPS_PROXY) let the collector reach its port 443. Where a proxy signs certificates itself, name its authority in NODE_EXTRA_CA_CERTS.',
    retryable: true,
  },
  azure_timeout: {
    code: 'azure_timeout',
    meaning: 'There was no answer within forward.azure.timeout; what was sent then may arrive twice. Rows wait.',
    remedy:
      'If it lasts, see the way to the endpoint: a firewall that drops packets looks like this. Slow lines need a longer forward.azure.timeout.',
    retryable: true,
  },
} as const satisfies Record<string, ProblemKind>
