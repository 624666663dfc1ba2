import { z } from 'zod'
import { duration } from '../../runtime/options.ts'

/** The configuration's section `forward.azure`. */
export const azureOptions = z
  .strictObject({
    endpoint: z
      .url({ protocol: /^https$/, error: 'is an https address such as "https://mesh-a1b2.westeurope-1.ingest.monitor.azure.com"' })
      .describe("Where rows are sent: the rule's own address for ingestion, or that of a data collection endpoint in its region."),
    ruleId: z
      .string()
      .regex(/^dcr-[0-9a-zA-Z]+$/, 'is the immutable ID of the rule, "dcr-" and letters and digits; its resource ID is another')
      .describe("The immutable ID of the data collection rule, as its property immutableId says: 'dcr-…'."),
    stream: z
      .string()
      .regex(/^Custom-\w+$/, 'is a stream that the rule declares, such as "Custom-OsmInsightsMetrics_CL"')
      .describe('The stream of the rule that takes the rows; its name begins with Custom-.'),
    cloud: z
      .enum(['public', 'china', 'usgov'])
      .default('public')
      .describe('Which Azure it is: public, china (21Vianet) or usgov (US Government). Tokens of one are worth nothing in another.'),
    credential: z
      .enum(['default', 'workloadIdentity', 'managedIdentity', 'clientSecret'])
      .default('default')
      .describe(
        "Who the collector is to Azure. workloadIdentity: the pod's service account, as the webhook of AKS or Arc arranges it. managedIdentity: the identity of the node. clientSecret: an application with tenantId, clientId and clientSecretFile. default: what the environment offers, in the order of DefaultAzureCredential.",
      ),
    clientId: z
      .string()
      .min(1)
      .optional()
      .describe('Which identity, where there are several; needed with clientSecret. Without it: the one that the environment names.'),
    tenantId: z.string().min(1).optional().describe('Tenant of the application; for workloadIdentity and clientSecret.'),
    clientSecretFile: z
      .string()
      .min(1)
      .optional()
      .describe("File with the application's secret, for clientSecret. Read for each token; no log ever holds it."),
    timeout: duration({ min: '1s', max: '10m' })
      .prefault('30s')
      .describe('How long one request may take, the token included, as a duration. What takes longer is sent again.'),
  })
  .refine(
    ({ credential, clientId, tenantId, clientSecretFile }) =>
      credential !== 'clientSecret' || Boolean(clientId && tenantId && clientSecretFile),
    { path: ['credential'], error: 'clientSecret needs tenantId, clientId and clientSecretFile' },
  )
  .refine(({ credential, clientSecretFile }) => credential === 'clientSecret' || clientSecretFile === undefined, {
    path: ['clientSecretFile'],
    error: 'is for credential: clientSecret',
  })
  .refine(({ credential, tenantId }) => credential !== 'managedIdentity' || tenantId === undefined, {
    path: ['tenantId'],
    error: 'is not for managedIdentity, which belongs to one tenant',
  })

export type AzureOptions = z.output<typeof azureOptions>
