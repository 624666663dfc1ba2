import { rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { DemoMesh } from '../../../src/demo/mesh.ts'
import type { DestinationFigures, StatusAnswer } from '../../../src/model/figures.ts'
import { type CountedRequests, countedRequests } from '../../support/demo-requests.ts'
import { CollectorProcess } from '../collector-process.ts'
import { disagreement, lower, truth, underLoad } from '../demo-mesh.ts'
import type { Volume } from './volume.ts'

const main = join(import.meta.dirname, '../../../src/main.ts')
/** A commit every half second needs room soon; what failed is tried again after five seconds. */
const toldWithinMs = 30_000
/** How long it is tried whether a full disk is any trouble. */
const fittedForMs = 10_000
const rowsWithinMs = 30_000
/** A round of rows each second, of which the outbox may hold half a mebibyte. */
const filledWithinMs = 180_000

/** The program over the demo's mesh, with its state on a volume. */
export class Scene {
  readonly mesh: DemoMesh
  readonly volume: Volume
  readonly #config: Readonly<Record<string, unknown>>
  readonly #scratch: string
  readonly #rows: string
  #collector: CollectorProcess | undefined
  #shown: CountedRequests = {}

  constructor(mesh: DemoMesh, { volume, scraping, scratch }: { volume: Volume; scraping: object; scratch: string }) {
    this.mesh = mesh
    this.volume = volume
    this.#rows = join(scratch, 'rows')
    const forward = { files: { path: this.#rows } }
    this.#config = { ...scraping, state: { path: join(volume.path, 'state') }, rows: { interval: '1s' }, forward }
    this.#scratch = scratch
  }

  /** Without the launcher: it is the child itself that is killed. */
  async start(): Promise<void> {
    this.#collector = await CollectorProcess.run(this.#config, { scratch: this.#scratch, command: [process.execPath, main] })
    await this.#running.until('/readyz', 10_000)
  }

  async crash(): Promise<void> {
    this.#shown = await this.shown()
    await this.#running.crash()
  }

  /** As it should end, whatever its disk is like. Safe twice. */
  async stop(): Promise<void> {
    const exitCode = await this.#collector?.stop()
    this.#collector = undefined
    if (exitCode !== undefined && exitCode !== 0) throw new Error(`it ended with exit code ${exitCode}`)
  }

  shown(): Promise<CountedRequests> {
    return countedRequests(this.#running.url)
  }

  /**
   * Until it says so itself, or no more.
   *
   * @returns whether it did; only where it need not, since what is to be written may fit into the room that its log has already, can that be `false`
   */
  async underLoadUntil(unsafe: boolean, { mayFit = false } = {}): Promise<boolean> {
    const endMs = performance.now() + (mayFit ? fittedForMs : toldWithinMs)
    while ((await this.#isUnsafe()) !== unsafe) {
      if (performance.now() > endMs && mayFit) return false
      if (performance.now() > endMs) throw new Error(`within ${toldWithinMs} ms it did not say that its state is ${unsafe ? 'un' : ''}safe`)
      await underLoad(this.mesh, 200)
    }
    return true
  }

  async expectTruth(when: string): Promise<void> {
    await this.expect(truth(this.mesh), when)
  }

  /** @param counted what of that is compared; by default all of it */
  async expect(wanted: CountedRequests, when: string, counted?: (shown: CountedRequests) => CountedRequests): Promise<void> {
    const wrong = await disagreement(this.#running, wanted, counted)
    if (wrong) throw new Error(`${when}: ${wrong}`)
  }

  /** Rows go on arriving, whatever the disk of the outbox is like: some that are made after this moment. */
  async expectRowsToArrive(when: string): Promise<void> {
    const sentMs = async () => (await this.#destination()).sentMs ?? 0
    const askedMs = Date.now()
    while ((await sentMs()) < askedMs) {
      if (Date.now() > askedMs + rowsWithinMs) throw new Error(`${when}: no rows arrived within ${rowsWithinMs} ms`)
      await underLoad(this.mesh, 200)
    }
  }

  /** No rows can be written, until they can again. */
  async setRowsBlocked(blocked: boolean): Promise<void> {
    if (blocked) await writeFile(this.#rows, 'in the way')
    else await rm(this.#rows)
  }

  /** Until the outbox lets rows go since the disk has no room for them beside the sums, which are safe all the while. */
  async underLoadUntilCrowded(): Promise<DestinationFigures> {
    const endMs = performance.now() + filledWithinMs
    for (;;) {
      const figures = await this.#destination()
      if (await this.#isUnsafe()) throw new Error('the outbox left no room for the sums')
      if (figures.dropped.disk_full !== undefined) return figures
      if (performance.now() > endMs) throw new Error(`within ${filledWithinMs} ms nothing was let go: ${JSON.stringify(figures)}`)
      await underLoad(this.mesh, 200)
    }
  }

  /** After a crash. */
  async expectNothingLower(): Promise<void> {
    const fell = lower(await this.shown(), this.#shown)
    if (fell) throw new Error(`after the crash ${fell}`)
  }

  async #isUnsafe(): Promise<boolean> {
    return (await this.#running.text('/metrics')).includes('\nmeshtelemetry_state_unsafe 1\n')
  }

  async #destination(): Promise<DestinationFigures> {
    const [figures] = (await this.#running.json<StatusAnswer>('/api/v1/status')).destinations
    if (!figures) throw new Error('nothing is sent anywhere')
    return figures
  }

  get #running(): CollectorProcess {
    if (!this.#collector) throw new Error('no collector runs')
    return this.#collector
  }
}
