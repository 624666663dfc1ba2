import { describe, expect, it } from 'vitest'
import { Aggregator } from '../src/aggregate/aggregator.ts'
import type { Discovered } from '../src/model/discovered.ts'
import { createParser } from '../src/parse/template-parser.ts'
import { Pipeline } from '../src/pipeline.ts'
import { createRelabeller } from '../src/relabel/osm.ts'
import type { Scraper } from '../src/scrape/scraper.ts'
import { Snapshot } from '../src/snapshot/snapshot.ts'
import { memoryState } from '../src/state/state.ts'
import { FakeClock } from './support/fake-clock.ts'
import { target, wanted } from './support/one-sidecar.ts'
import { testTelemetry } from './support/telemetry.ts'

const found: Discovered = {
  targets: [target],
  dropped: [],
  pods: [],
  paused: new Set(),
  rule: 'test',
  namespaces: [],
  problems: [],
  notes: new Map(),
}
const scraper: Scraper = { sync: () => {}, close: async () => {} }

/** The pipeline over a state whose commits last until the test ends them. */
class SlowState {
  readonly clock = new FakeClock()
  readonly telemetry = testTelemetry()
  readonly released: string[][] = []
  readonly snapshot = new Snapshot({ history: { window: 3_600_000, memory: 2 ** 28 }, intervalMs: 0, version: 'test' }, this)
  readonly pipeline = new Pipeline({
    parser: createParser(),
    relabeller: createRelabeller({ wasmNames: 'restored' }),
    aggregator: new Aggregator({ edgeLimit: 10, rememberedLimit: 1000, totalRememberedLimit: 1000 }, this),
    snapshot: this.snapshot,
    clock: this.clock,
    state: {
      ...memoryState({ clock: this.clock, outbox: { limit: 2 ** 20, keep: 60_000 }, takers: [] }),
      commit: ({ released }) => {
        this.released.push([...released])
        return new Promise((resolve, reject) => this.#running.push((error) => (error ? reject(error) : resolve())))
      },
    },
  })
  readonly #running: ((error?: Error) => void)[] = []

  page(requests: number): void {
    this.clock.advance(1000)
    const body = Buffer.from(
      `# TYPE envoy_server_live gauge\nenvoy_server_live{} 1\n# TYPE envoy_cluster_upstream_rq counter\nenvoy_cluster_upstream_rq{envoy_response_code="200",envoy_cluster_name="a/b|80"} ${requests}\n`,
    )
    this.pipeline.page({ target, wanted, body, asked: 'whole', timestampMs: this.clock.wallMs() })
    this.pipeline.health(target.id, { state: 'up', failures: 0 })
  }

  /** Ends the commit that has run longest. */
  async ends(error?: Error): Promise<void> {
    await turn()
    this.#running.shift()?.(error)
    await turn()
  }

  async committed(): Promise<void> {
    const commit = this.pipeline.commit()
    await this.ends()
    await commit
  }

  shown(): number | undefined {
    const shown = this.snapshot.shown
    const cell = shown?.cells.find(({ kpi }) => kpi.name === 'mesh_requests_total')
    return cell && shown?.values[cell.index]
  }
}

const turn = () => new Promise((resolve) => void setImmediate(resolve))

function watching(): SlowState {
  const slow = new SlowState()
  slow.pipeline.discovered(found, scraper)
  return slow
}

describe('who is to be scraped changes', () => {
  const leaves = (slow: SlowState, paused: readonly string[]) =>
    slow.pipeline.discovered({ ...found, targets: [], paused: new Set(paused) }, scraper)

  it.each([
    ['goes on where it was with a target that was paused', [target.id], 100_000, 15],
    ['goes on where it was with one that was missing for a moment', [], 59_000, 15],
    ['begins anew with one that was missing for longer', [], 61_000, 25],
  ])('%s', async (_, paused, awayMs, requests) => {
    const slow = watching()
    slow.page(10)
    leaves(slow, paused)
    slow.clock.advance(awayMs)
    await slow.committed()
    slow.pipeline.discovered(found, scraper)
    slow.page(15)
    await slow.committed()
    expect(slow.shown()).toBe(requests)
  })

  it('uses nothing of an answer that was on the way when its target was let go', async () => {
    const slow = watching()
    leaves(slow, [])
    slow.page(10)
    await slow.committed()
    expect(slow.shown()).toBeUndefined()
  })
})

describe('committed, then published', () => {
  it('shows nothing before its commit holds, and ready is who shows what the first round brought', async () => {
    const slow = watching()
    const early = slow.pipeline.commit()
    await turn()
    slow.page(10)
    await slow.ends()
    await early
    expect(slow.shown()).toBeUndefined()
    expect(slow.snapshot.readiness()).toEqual({ ready: false, reason: 'What the first round brought is not committed yet.' })
    await slow.committed()
    expect(slow.shown()).toBe(10)
    expect(slow.snapshot.readiness()).toEqual({ ready: true })
  })

  it('commits what came while a commit ran, for everyone who asked meanwhile', async () => {
    const slow = watching()
    slow.page(10)
    const first = slow.pipeline.commit()
    await turn()
    slow.page(15)
    const rest = [slow.pipeline.commit(), slow.pipeline.commit()]
    await slow.ends()
    await first
    expect(slow.shown()).toBe(10)
    await slow.ends()
    await Promise.all(rest)
    expect(slow.shown()).toBe(15)
    expect(slow.released).toHaveLength(2)
  })

  it('carries everything again after a commit that failed, departed targets included', async () => {
    const slow = watching()
    slow.page(10)
    slow.pipeline.discovered({ ...found, targets: [] }, scraper)
    slow.clock.advance(61_000)
    const [failure] = await Promise.all([slow.pipeline.commit().catch((error: unknown) => error), slow.ends(new Error('disk full'))])
    expect(failure).toEqual(new Error('disk full'))
    expect(slow.shown()).toBeUndefined()
    await slow.committed()
    expect(slow.shown()).toBe(10)
    expect(slow.released).toEqual([[target.id], [target.id]])
  })
})
