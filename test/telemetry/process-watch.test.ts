import { setTimeout as sleep } from 'node:timers/promises'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { describe, expect, it } from 'vitest'
import { Metrics } from '../../src/telemetry/metrics.ts'
import { ProcessWatch } from '../../src/telemetry/process-watch.ts'
import { processMetrics } from '../../src/telemetry/telemetry.ts'
import { TracedCollector } from './support/traced-collector.ts'

/** The series of our own as a reader finds them, once `work` is done. */
async function after(work: () => Promise<void> | void) {
  const metrics = new Metrics(Object.values(processMetrics))
  const watch = new ProcessWatch(metrics)
  try {
    await sleep(100) // Node's first look
    await work()
    await sleep(100)
    watch.tell()
    const read = async () => {
      const lines = (await metrics.registry.metrics()).matchAll(/^meshtelemetry_(\S+) (\S+)$/gm)
      return Object.fromEntries([...lines].map(([, series = '', value]) => [series, Number(value)]))
    }
    return { first: await read(), second: await read() }
  } finally {
    watch.close()
  }
}

function block(ms: number): void {
  const endMs = performance.now() + ms
  while (performance.now() < endMs);
}

describe('what the process tells of itself', () => {
  it('shows that one thing kept all others waiting, and for how long', async () => {
    const { first } = await after(() => block(600))
    expect(first['event_loop_delay_seconds_count']).toBeGreaterThan(1)
    const slow = (first['event_loop_delay_seconds_count'] ?? 0) - (first['event_loop_delay_seconds_bucket{le="0.5"}'] ?? 0)
    expect(slow).toBeGreaterThanOrEqual(1)
    expect(first['event_loop_delay_seconds_sum']).toBeGreaterThan(0.55)
  })

  it('leaves each reader all that the one before has read', async () => {
    const { first, second } = await after(() => block(100))
    expect(second).toEqual(first)
  })

  it('counts every collection of garbage and the time that it took, also several in one turn', async () => {
    setFlagsFromString('--expose-gc')
    const collectGarbage = runInNewContext('gc') as () => void
    const { first } = await after(() => {
      for (let n = 0; n < 5; n++) collectGarbage()
    })
    expect(first['gc_collections_total{kind="major"}']).toBeGreaterThanOrEqual(5)
    expect(first['gc_seconds_total{kind="major"}']).toBeGreaterThan(0)
  })

  it('is on the page of a collector, together with the sizes of the pages that it reads', async () => {
    await using running = await TracedCollector.start(undefined)
    const value = async (name: string) => Number((await running.metric(name))?.split(' ').at(-1))
    for (const name of ['event_loop_delay_seconds_count', 'gc_collections_total{kind="minor"}', 'scrape_page_bytes_bucket{le="10000"}'])
      await expect.poll(() => value(`meshtelemetry_${name}`), { timeout: 10_000 }).toBeGreaterThan(0)
  })
})
