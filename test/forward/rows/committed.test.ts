import { inflateSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { Aggregator } from '../../../src/aggregate/aggregator.ts'
import { rowsOptions } from '../../../src/forward/rows/options.ts'
import { Rows } from '../../../src/forward/rows/rows.ts'
import { createParser } from '../../../src/parse/template-parser.ts'
import { Pipeline } from '../../../src/pipeline.ts'
import { createRelabeller } from '../../../src/relabel/osm.ts'
import { Snapshot } from '../../../src/snapshot/snapshot.ts'
import { memoryState } from '../../../src/state/state.ts'
import { FakeClock } from '../../support/fake-clock.ts'
import { target, wanted } from '../../support/one-sidecar.ts'
import { testTelemetry } from '../../support/telemetry.ts'
import { rowsIn } from './row-table.ts'

/** A pipeline that makes rows, over a state that keeps what each commit brought. */
class Committing {
  readonly clock = new FakeClock()
  readonly telemetry = testTelemetry()
  /** By commit: values of rows. */
  readonly commits: number[][] = []
  fails = false
  readonly pipeline = new Pipeline({
    parser: createParser(),
    relabeller: createRelabeller({ wasmNames: 'restored' }),
    aggregator: new Aggregator({ edgeLimit: 10, rememberedLimit: 1000, totalRememberedLimit: 1000 }, this),
    snapshot: new Snapshot({ history: { window: 3_600_000, memory: 2 ** 28 }, intervalMs: 0, version: 'test' }, this),
    clock: this.clock,
    rows: new Rows(rowsOptions.parse({}), { clock: this.clock, telemetry: this.telemetry, areTaken: true }),
    state: {
      ...memoryState({ clock: this.clock, outbox: { limit: 2 ** 20, keep: 60_000 }, takers: [] }),
      commit: async ({ chunks }) => {
        if (this.fails) throw new Error('the disk is full')
        this.commits.push(chunks.flatMap(({ packed }) => rowsIn(inflateSync(packed).toString()).map(({ val }) => val)))
      },
    },
  })

  constructor() {
    const rest = { dropped: [], pods: [], paused: new Set<string>(), rule: 'test', namespaces: [], problems: [], notes: new Map() }
    this.pipeline.discovered({ targets: [target], ...rest }, { sync: () => {}, close: async () => {} })
  }

  page(requests: number): void {
    this.clock.advance(1000)
    const line = `envoy_cluster_upstream_rq{envoy_response_code="200",envoy_cluster_name="a/b|80"} ${requests}\n`
    const body = Buffer.from(`# TYPE envoy_server_live gauge\nenvoy_server_live{} 1\n# TYPE envoy_cluster_upstream_rq counter\n${line}`)
    this.pipeline.page({ target, wanted, body, asked: 'whole', timestampMs: this.clock.wallMs() })
  }
}

describe('rows are committed', () => {
  it('with the sums that they tell of: the beginning of a series at once, a round with the next commit', async () => {
    const one = new Committing()
    one.page(7)
    await one.pipeline.commit()
    await one.pipeline.round()
    one.page(9)
    expect(one.commits).toEqual([[0]])
    await one.pipeline.commit()
    expect(one.commits).toEqual([[0], [7]])
  })

  it('once, also where a commit fails, and no further round is made before', async () => {
    const one = new Committing()
    one.page(7)
    one.fails = true
    await expect(one.pipeline.commit()).rejects.toThrow('the disk is full')
    expect(await one.pipeline.round()).toBe(false)
    one.fails = false
    one.page(9)
    await one.pipeline.commit()
    expect(await one.pipeline.round()).toBe(true)
    expect(await one.pipeline.round()).toBe(false)
    await one.pipeline.commit()
    await one.pipeline.commit()
    expect(one.commits).toEqual([[0], [9], []])
  })
})
