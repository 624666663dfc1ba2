import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { AzureLogs } from '../../../src/forward/azure/azure-logs.ts'
import { clouds } from '../../../src/forward/azure/clouds.ts'
import { credentialOf } from '../../../src/forward/azure/credential.ts'
import { azureOptions } from '../../../src/forward/azure/options.ts'
import { azureProblems } from '../../../src/forward/azure/problems.ts'
import { FakeLogsIngestion } from '../../support/logs-ingestion/service.ts'
import { testTelemetry } from '../../support/telemetry.ts'

const never = new AbortController().signal
const rows = { kind: 'rows', body: Buffer.from('{"Val":1}\n'), count: 1, madeMs: 0 } as const

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'azure-credential-'))
  for (const name of ['AZURE_CLIENT_ID', 'AZURE_TENANT_ID', 'AZURE_FEDERATED_TOKEN_FILE', 'IDENTITY_ENDPOINT', 'IDENTITY_HEADER'])
    vi.stubEnv(name, undefined)
})
afterEach(() => {
  vi.unstubAllEnvs()
  rmSync(folder, { recursive: true })
})

describe('who the collector is', () => {
  // One service for all: the library remembers for the life of the process where managed identities are asked for.
  it('asks for tokens for the audience of the cloud', async () => {
    await using service = await FakeLogsIngestion.start()
    for (const [name, value] of Object.entries(service.environment)) vi.stubEnv(name, value)
    const { endpoint, ruleId, stream, ca } = service
    for (const cloud of ['public', 'china', 'usgov']) {
      const options = azureOptions.parse({ endpoint, ruleId, stream, cloud, credential: 'managedIdentity' })
      await new AzureLogs(options, { telemetry: testTelemetry(), fileAt: (path) => path, ca }).send(rows, never)
    }
    expect(service.audiences).toEqual([clouds.public.audience, clouds.china.audience, clouds.usgov.audience])
    expect(service.ledger.rows).toBe(3)
  })

  it('workload identity without what the webhook brings is a problem with a remedy, not the end', async () => {
    const options = azureOptions.parse({
      endpoint: 'https://127.0.0.1:1',
      ruleId: 'dcr-1',
      stream: 'Custom-Rows_CL',
      credential: 'workloadIdentity',
    })
    const sender = new AzureLogs(options, { telemetry: testTelemetry(), fileAt: (path) => path })
    await expect(sender.send(rows, never)).rejects.toMatchObject({
      kind: azureProblems.azure_no_token,
      message: expect.stringMatching(/^No token: WorkloadIdentityCredential: is unavailable\. \P{C}+$/u) as string,
    })
  })

  it('a secret that cannot be read, and one that is empty, name the file', async () => {
    const file = join(folder, 'secret')
    const credential = await credentialOf({
      cloud: 'public',
      credential: 'clientSecret',
      tenantId: 't',
      clientId: 'c',
      clientSecretFile: file,
    })
    await expect(credential.getToken('https://monitor.azure.com/.default')).rejects.toThrow(`${file} cannot be read: ENOENT`)
    writeFileSync(file, '\n')
    await expect(credential.getToken('https://monitor.azure.com/.default')).rejects.toThrow(`${file} holds no secret`)
  })
})

describe('options', () => {
  const enough = { endpoint: 'https://a.ingest.monitor.azure.com', ruleId: 'dcr-1', stream: 'Custom-Rows_CL' }
  it.each([
    ['plain http', { endpoint: 'http://a' }],
    ['a resource ID', { ruleId: '/subscriptions/s/resourceGroups/g/providers/Microsoft.Insights/dataCollectionRules/r' }],
    ['a table for a stream', { stream: 'Rows_CL' }],
    ["an agent's stream", { stream: 'Microsoft-InsightsMetrics' }],
    ['a secret without whose', { credential: 'clientSecret', clientSecretFile: './secret' }],
    ['a secret for nobody', { clientSecretFile: './secret' }],
    ['a tenant for an identity of the node', { credential: 'managedIdentity', tenantId: 't' }],
  ])('refuses %s', (_what, more) => {
    expect(azureOptions.safeParse({ ...enough, ...more }).success).toBe(false)
  })
})
