import { setTimeout as wait } from 'node:timers/promises'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { AzureLogs } from '../../../src/forward/azure/azure-logs.ts'
import { azureOptions } from '../../../src/forward/azure/options.ts'
import { Courier } from '../../../src/forward/courier.ts'
import { memoryState } from '../../../src/state/state.ts'
import { FakeClock } from '../../support/fake-clock.ts'
import type { Reaction } from '../../support/logs-ingestion/request.ts'
import { FakeLogsIngestion } from '../../support/logs-ingestion/service.ts'
import { committing } from '../../support/outbox.ts'
import { testTelemetry } from '../../support/telemetry.ts'

const linesOf = (round: number, count: number) =>
  Array.from({ length: count }, (_, index) => JSON.stringify({ TimeGenerated: round, Name: 'envoy_cluster_upstream_rq_xx', Val: index }))

/** A sender with an outbox before it and the service behind it; `lines` are all that was handed over. */
async function startedDelivery(service: FakeLogsIngestion) {
  const clock = new FakeClock()
  const telemetry = testTelemetry()
  const { endpoint, ruleId, stream, ca } = service
  const parts = { telemetry, fileAt: (path: string) => path, credential: { getToken: async () => service.issue() }, ca }
  const sender = new AzureLogs(azureOptions.parse({ endpoint, ruleId, stream }), parts)
  const outbox = { limit: 2 ** 30, keep: 30 * 86_400_000 }
  const state = memoryState({ clock, outbox, takers: [{ name: sender.name, kind: sender.kind }] })
  const courier = new Courier(sender, { outbox: state.outbox, isDurable: state.isDurable, clock, telemetry })
  courier.begin()
  const lines: string[] = []
  return {
    courier,
    lines,
    async commit(round: number, count: number) {
      const fresh = linesOf(round, count)
      lines.push(...fresh)
      const body = Buffer.from(fresh.map((line) => `${line}\n`).join(''))
      await state.commit(committing({ kind: 'rows', body, count, madeMs: clock.wallMs() }))
    },
    /** Lets a minute pass, and another, until nothing waits or the service has heard so many requests. */
    async pass({ requests = Infinity } = {}) {
      while (courier.figures().queued.count > 0 && service.heard.length < requests) {
        clock.advance(60_000)
        await wait(1)
      }
    },
    async [Symbol.asyncDispose]() {
      await courier.close()
      await state.close()
    },
  }
}

describe('rows through the outbox to Azure', () => {
  it('an outage loses nothing, and doubles only what lost its answer', async () => {
    const trouble = fc.constantFrom<Reaction>(
      { answer: 503 },
      { answer: 500 },
      { answer: 429, retryAfter: '3' },
      { answer: 429 },
      { answer: 401 },
      { answer: 403 },
      { answer: 404 },
      { dropped: 'before' },
      { dropped: 'after' },
    )
    await fc.assert(
      fc.asyncProperty(fc.array(trouble, { minLength: 5, maxLength: 30 }), async (reactions) => {
        await using service = await FakeLogsIngestion.start()
        await using delivery = await startedDelivery(service)
        await expect.poll(() => service.heard.length).toBe(1) // the probe, which has no rows that could come twice
        service.reactions.push(...reactions)
        for (let round = 0; round < 30; round++) await delivery.commit(round, 50)
        await delivery.pass()
        const lostAnswers = reactions.filter((reaction) => 'dropped' in reaction && reaction.dropped === 'after').length
        expect(service.ledger.balance(delivery.lines)).toEqual({ lost: 0, duplicated: 50 * lostAnswers, foreign: 0 })
        expect(delivery.courier.figures()).toMatchObject({ sent: 1_500, dropped: {}, queued: { count: 0 }, error: null })
      }),
      { numRuns: 8 },
    )
  })

  it('what is too large arrives in halves', async () => {
    await using service = await FakeLogsIngestion.start()
    await using delivery = await startedDelivery(service)
    await expect.poll(() => service.heard.length).toBe(1)
    service.reactions.push({ answer: 413 }, { answer: 413 })
    await delivery.commit(1, 101)
    await delivery.pass()
    expect(service.ledger.balance(delivery.lines)).toEqual({ lost: 0, duplicated: 0, foreign: 0 })
    expect(service.heard.map(({ status }) => status)).toEqual([204, 413, 413, 204, 204, 204])
  })

  it('a role that comes late costs nothing', async () => {
    await using service = await FakeLogsIngestion.start()
    service.issued = { ...service.issued, hasRole: false }
    await using delivery = await startedDelivery(service)
    for (let round = 0; round < 5; round++) await delivery.commit(round, 10)
    await delivery.pass({ requests: 8 })
    expect(delivery.courier.figures()).toMatchObject({ sent: 0, dropped: {}, queued: { count: 50 }, error: { code: 'azure_forbidden' } })
    service.grant()
    await delivery.pass()
    expect(service.ledger.balance(delivery.lines)).toEqual({ lost: 0, duplicated: 0, foreign: 0 })
  })

  it('rows that are refused for good are dropped under their reason, and hold up nobody', async () => {
    await using service = await FakeLogsIngestion.start()
    await using delivery = await startedDelivery(service)
    await expect.poll(() => service.heard.length).toBe(1)
    service.reactions.push({ answer: 400, code: 'InvalidPayload', message: 'A column is of another type.' })
    await delivery.commit(1, 10)
    await delivery.commit(2, 7)
    await delivery.pass()
    await expect.poll(() => service.ledger.rows).toBe(7)
    expect(delivery.courier.figures()).toMatchObject({ dropped: { azure_rows_refused: 10 }, queued: { count: 0 } })
  })
})
