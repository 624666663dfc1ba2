import { describe, expect, it } from 'vitest'
import { AzureLogs } from '../../../src/forward/azure/azure-logs.ts'
import { type AzureOptions, azureOptions } from '../../../src/forward/azure/options.ts'
import { azureProblems } from '../../../src/forward/azure/problems.ts'
import { DeliveryProblem } from '../../../src/forward/destination.ts'
import type { Chunk } from '../../../src/model/chunk.ts'
import { FakeLogsIngestion } from '../../support/logs-ingestion/service.ts'
import { testTelemetry } from '../../support/telemetry.ts'

const never = new AbortController().signal

const lineOf = (index: number, bytes = 0) =>
  `{"TimeGenerated":"2026-11-21T12:00:00Z","Name":"envoy_cluster_upstream_rq_xx","Val":${index},"Tags":"{\\"app\\":\\"bücher\\"${' '.repeat(bytes)}}"}`

const chunkOf = (lines: readonly string[]): Chunk => ({
  kind: 'rows',
  body: Buffer.from(lines.map((line) => `${line}\n`).join('')),
  count: lines.length,
  madeMs: 0,
})

const threeLines = [lineOf(1), lineOf(2), lineOf(3)]
const three = chunkOf(threeLines)

/** A sender to the service, which has its tokens from the service's own issuer. */
function senderTo(service: FakeLogsIngestion, more: Partial<AzureOptions> = {}) {
  const telemetry = testTelemetry()
  const { endpoint, ruleId, stream, ca } = service
  const options = { ...azureOptions.parse({ endpoint, ruleId, stream }), ...more }
  const credential = { getToken: async () => service.issue() }
  const sender = new AzureLogs(options, { telemetry, fileAt: (path) => path, credential, ca })
  return { sender, telemetry }
}

const refusal = async (sending: Promise<void>): Promise<DeliveryProblem> => {
  const error = await sending.then(
    () => undefined,
    (reason: unknown) => reason,
  )
  if (!(error instanceof DeliveryProblem)) throw new Error('There is no refusal', { cause: error })
  return error
}

describe('rows to Azure', () => {
  it('arrive as they are, one request per chunk, compressed', async () => {
    await using service = await FakeLogsIngestion.start()
    const stored: unknown[] = []
    service.onRow = (row) => stored.push(row)
    await senderTo(service).sender.send(three, never)
    expect(stored).toEqual(threeLines.map((line) => JSON.parse(line) as unknown))
    expect(service.heard).toMatchObject([{ encoding: 'gzip', status: 204 }])
    expect(service.heard[0]?.path).toBe(`/dataCollectionRules/${service.ruleId}/streams/${service.stream}?api%2Dversion=2023-01-01`)
  })

  it('a full chunk is one request', async () => {
    await using service = await FakeLogsIngestion.start()
    const lines = Array.from({ length: 900 }, (_, index) => lineOf(index, 860))
    const chunk = chunkOf(lines)
    expect(chunk.body.length).toBeGreaterThan(850_000)
    await senderTo(service).sender.send(chunk, never)
    expect(service.heard).toHaveLength(1)
    expect(service.ledger.balance(lines)).toEqual({ lost: 0, duplicated: 0, foreign: 0 })
  })

  it('more than the service takes are refused before they are sent, as the library would make two requests of them', async () => {
    await using service = await FakeLogsIngestion.start()
    const problem = await refusal(senderTo(service).sender.send(chunkOf([lineOf(1, 600_000), lineOf(2, 600_000)]), never))
    expect(problem).toMatchObject({ kind: azureProblems.azure_too_large, isTooLarge: true })
    expect(service.heard).toEqual([])
  })

  it('413 says that halves may pass', async () => {
    await using service = await FakeLogsIngestion.start()
    service.reactions.push({ answer: 413 })
    const { sender } = senderTo(service)
    expect(await refusal(sender.send(three, never))).toMatchObject({ kind: azureProblems.azure_too_large, isTooLarge: true })
  })
})

describe('what passes is told as such, and the library repeats nothing', () => {
  it.each([
    ['429 with seconds', { answer: 429, retryAfter: '17' }, azureProblems.azure_throttled, 17_000],
    ['429 without a time', { answer: 429 }, azureProblems.azure_throttled, undefined],
    ['503 with seconds', { answer: 503, retryAfter: '2' }, azureProblems.azure_unavailable, 2_000],
    ['500', { answer: 500 }, azureProblems.azure_unavailable, undefined],
    ['408', { answer: 408 }, azureProblems.azure_unavailable, undefined],
    ['200, which the service never says', { answer: 200 }, azureProblems.azure_unavailable, undefined],
    ['a redirect', { answer: 307 }, azureProblems.azure_unavailable, undefined],
    ['a connection that breaks off', { dropped: 'before' }, azureProblems.azure_unreachable, undefined],
    ['an answer that is lost', { dropped: 'after' }, azureProblems.azure_unreachable, undefined],
  ] as const)('%s', async (_what, reaction, kind, retryAfterMs) => {
    await using service = await FakeLogsIngestion.start()
    service.reactions.push(reaction)
    const { sender } = senderTo(service)
    const problem = await refusal(sender.send(three, never))
    expect(problem).toMatchObject({ kind, retryAfterMs })
    expect(kind.retryable).toBe(true)
    expect(service.heard).toHaveLength(1)
    await sender.send(three, never)
    const hasComeTwice = 'dropped' in reaction && reaction.dropped === 'after'
    expect(service.ledger.balance(threeLines)).toEqual({ lost: 0, duplicated: hasComeTwice ? 3 : 0, foreign: 0 })
  })

  it('429 with a date', async () => {
    await using service = await FakeLogsIngestion.start()
    service.reactions.push({ answer: 429, retryAfter: new Date(Date.now() + 60_000).toUTCString() })
    const { retryAfterMs = 0 } = await refusal(senderTo(service).sender.send(three, never))
    expect(retryAfterMs).toBeGreaterThan(50_000)
    expect(retryAfterMs).toBeLessThan(61_000)
  })

  it('no answer in time', async () => {
    await using service = await FakeLogsIngestion.start()
    service.reactions.push({ slowMs: 5_000 })
    const problem = await refusal(senderTo(service, { timeout: 200 }).sender.send(three, never))
    expect(problem).toMatchObject({ kind: azureProblems.azure_timeout, message: 'No answer within 0.2 seconds.' })
  })

  it('nobody there', async () => {
    const service = await FakeLogsIngestion.start()
    const { sender } = senderTo(service)
    await service[Symbol.asyncDispose]()
    const problem = await refusal(sender.send(three, never))
    expect(problem.kind).toBe(azureProblems.azure_unreachable)
    expect(problem.message).toContain('ECONNREFUSED')
  })

  it('somebody there whom no authority vouches for gets no rows', async () => {
    await using service = await FakeLogsIngestion.start()
    const { endpoint, ruleId, stream } = service
    const parts = { telemetry: testTelemetry(), fileAt: (path: string) => path, credential: { getToken: async () => service.issue() } }
    const sender = new AzureLogs(azureOptions.parse({ endpoint, ruleId, stream }), parts)
    const problem = await refusal(sender.send(three, never))
    expect(problem.kind).toBe(azureProblems.azure_unreachable)
    expect(service.heard).toEqual([])
  })

  it('who stops the collector need not wait for an answer, or for a token', async () => {
    await using service = await FakeLogsIngestion.start()
    const { endpoint, ruleId, stream, ca } = service
    const credential = { getToken: () => new Promise<never>(() => {}) }
    const parts = { telemetry: testTelemetry(), fileAt: (path: string) => path, credential, ca }
    const sender = new AzureLogs(azureOptions.parse({ endpoint, ruleId, stream }), parts)
    const sending = sender.send(three, never)
    await sender.close()
    await expect(sending).rejects.toMatchObject({ name: 'AbortError' })
  })
})

describe('what somebody has to put right', () => {
  it('a role that is missing: rows wait for it, and pass once it has arrived', async () => {
    await using service = await FakeLogsIngestion.start()
    service.issued = { ...service.issued, hasRole: false }
    const { sender } = senderTo(service)
    const problem = await refusal(sender.send(three, never))
    expect(problem.kind).toBe(azureProblems.azure_forbidden)
    expect(problem.message).toMatch(/^Azure answers 403: OperationFailed: The authentication token provided does not have access/)
    service.grant()
    await sender.send(three, never)
    expect(service.ledger.rows).toBe(3)
  })

  it('another rule, or an endpoint of another region', async () => {
    await using service = await FakeLogsIngestion.start()
    const { sender } = senderTo(service, { ruleId: 'dcr-ffff' })
    const problem = await refusal(sender.send(three, never))
    expect(problem.kind).toBe(azureProblems.azure_rule_unknown)
    expect(problem.message).toContain("immutable Id 'dcr-ffff' not found")
  })

  it('another stream is not blamed on the rows', async () => {
    await using service = await FakeLogsIngestion.start()
    const { sender } = senderTo(service, { stream: 'Custom-Other_CL' })
    expect((await refusal(sender.send(three, never))).kind).toBe(azureProblems.azure_stream_unknown)
    expect(service.heard).toHaveLength(2)
  })

  it('rows that are refused while requests without rows are not: they alone are at fault', async () => {
    await using service = await FakeLogsIngestion.start()
    service.reactions.push({ answer: 400, code: 'InvalidPayload', message: 'The column Tags of the stream is dynamic.' })
    const { sender } = senderTo(service)
    const problem = await refusal(sender.send(three, never))
    expect(problem.kind).toBe(azureProblems.azure_rows_refused)
    expect(problem.kind.retryable).toBe(false)
  })

  it('a token that is not accepted any more: the next try has another', async () => {
    await using service = await FakeLogsIngestion.start()
    const { sender } = senderTo(service)
    await sender.send(three, never)
    service.revoke()
    expect((await refusal(sender.send(three, never))).kind).toBe(azureProblems.azure_token_refused)
    await sender.send(three, never)
    expect(service.heard.map(({ status }) => status)).toEqual([204, 401, 204])
  })

  it('a token that ends soon is replaced before the service refuses it', async () => {
    await using service = await FakeLogsIngestion.start()
    service.issued = { ...service.issued, lifetimeMs: 900 }
    const { sender } = senderTo(service)
    await sender.send(three, never)
    await sender.send(three, never)
    expect(service.heard.map(({ status }) => status)).toEqual([204, 204])
    expect(service.heard[0]?.authorization).not.toBe(service.heard[1]?.authorization)
  })
})

describe('the probe at the start', () => {
  it('stores nothing and says that all is right', async () => {
    await using service = await FakeLogsIngestion.start()
    const { sender, telemetry } = senderTo(service)
    await sender.probe(never)
    expect(service.heard).toMatchObject([{ status: 204, encoding: 'gzip' }])
    expect(service.ledger.rows).toBe(0)
    expect(telemetry.lines.join()).toContain('azure_ready')
  })

  it.each([
    ['rule', { ruleId: 'dcr-ffff' }, true, 'azure_rule_unknown'],
    ['stream', { stream: 'Custom-Other_CL' }, true, 'azure_stream_unknown'],
    ['role', {}, false, 'azure_forbidden'],
    ['endpoint', { endpoint: 'https://127.0.0.1:1' }, true, 'azure_unreachable'],
  ] as const)('tells a wrong %s', async (_what, more, hasRole, code) => {
    await using service = await FakeLogsIngestion.start()
    service.issued = { ...service.issued, hasRole }
    const { sender, telemetry } = senderTo(service, more)
    expect((await refusal(sender.probe(never))).kind.code).toBe(code)
    expect(telemetry.lines).toEqual([])
  })

  it('a token is in no line of the log and in no problem, however it is looked at', async () => {
    await using service = await FakeLogsIngestion.start()
    const { sender, telemetry } = senderTo(service)
    const problems: unknown[] = []
    for (const answer of [400, 401, 403, 404, 413, 429, 500, 200]) {
      service.trouble = { answer }
      problems.push(await refusal(sender.send(three, never)), await refusal(sender.probe(never)))
    }
    const { inspect } = await import('node:util')
    const shown = `${telemetry.lines.join('\n')}${inspect(problems, { depth: Infinity, showHidden: true })}`
    expect(shown).toContain('Azure answers 403')
    expect(shown).not.toMatch(/Bearer|token-[0-9a-f]/)
  })
})
