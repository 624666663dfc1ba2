import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { meshOf } from '../../bench/mesh.ts'
import { startPageServer, stopPageServer } from '../../bench/page-server-process.ts'
import { CollectorProcess } from '../collector-process.ts'
import type { RealOutcome, RealPart, RealSetting } from '../part.ts'
import { leftFor, linesIn, repeatedIn } from './left.ts'
import { type Arrivals, ServiceProcess } from './service-process.ts'
import { WatchedCollector } from './watched-collector.ts'

const pods = 500
/** Clusters on each pod's page: as many as two shared cores can make rows of once a second, beside the service that takes them in. */
const clusters = 1
/**
 * An hour of rounds, one a second instead of one a minute. For the outbox it is the same: it knows chunks and commits, and lets chunks go by bytes and by
 * age; the time between two rounds is nothing to it, and a day, after which they are too old, is as far as in an hour.
 */
const outageRounds = 60
const main = join(import.meta.dirname, '../../../src/main.ts')

/** Back from the outage, the service loses answers after it has stored what came, and throttles with and without saying for how long. */
const aftermath = Array.from({ length: 8 }, () => [
  { dropped: 'after' } as const,
  { slowMs: 0 },
  { answer: 429, retryAfter: '1' },
  { slowMs: 0 },
  { answer: 429 },
]).flat()

/**
 * The service is away for an hour of rows of a large mesh, and the collector is killed meanwhile: in the end every row is there, and twice only those whose
 * answer was lost. What was made is known from files that the same collector writes the same chunks to.
 */
export const outagePart: RealPart = {
  name: 'outage',
  async run(setting) {
    const pages = await startPageServer({ targets: pods, clusters })
    const service = await ServiceProcess.start()
    const outage = new Outage(service, setting)
    try {
      return await prove(outage, setting)
    } finally {
      await outage.crash()
      await service.stop()
      await stopPageServer(pages)
    }
  },
}

class Outage {
  readonly service: ServiceProcess
  readonly state: string
  readonly #setting: RealSetting
  #collector: CollectorProcess | undefined

  constructor(service: ServiceProcess, setting: RealSetting) {
    this.service = service
    this.#setting = setting
    this.state = join(setting.scratch, 'state')
  }

  get file(): string {
    return join(this.#setting.scratch, 'rows', 'rows.ndjson')
  }

  /** Without the launcher: it is the child itself that is killed. */
  async begin(rowsInterval: '1s' | '60s'): Promise<WatchedCollector> {
    const { scratch, signal } = this.#setting
    const manifests = join(scratch, 'manifests')
    await mkdir(manifests, { recursive: true })
    await writeFile(join(manifests, 'mesh.json'), JSON.stringify(meshOf(pods)))
    const config = {
      discover: { source: 'manifests', manifests: { path: manifests } },
      scrape: { interval: '1s', timeout: '1s', allowLoopback: true },
      state: { path: this.state },
      rows: { interval: rowsInterval },
      forward: { files: { path: join(scratch, 'rows'), rotateAt: '64GiB' }, azure: { ...this.service.options, timeout: '10s' } },
    }
    const { environment } = this.service
    this.#collector = await CollectorProcess.run(config, { scratch, environment, command: [process.execPath, main] })
    await this.#collector.until('/readyz', 60_000)
    return new WatchedCollector(this.#collector, signal)
  }

  async crash(): Promise<void> {
    await this.#collector?.crash()
    this.#collector = undefined
  }

  /** As it should end. Safe twice. */
  async end(): Promise<void> {
    const exitCode = await this.#collector?.stop()
    this.#collector = undefined
    if (exitCode !== undefined && exitCode !== 0) throw new Error(`it ended with exit code ${exitCode}`)
  }
}

async function prove(outage: Outage, setting: RealSetting): Promise<RealOutcome> {
  const { service } = outage
  const before = await outage.begin('1s')
  await before.until('the first rows arrive', async () => (await before.destination('azure')).sent > 0)
  const round = await before.rowsOfARound()
  setting.log(`${round} rows a round; the service answers nothing any more`)
  service.trouble({ hangs: true })
  await rounds(before, { count: outageRounds / 3, round, seen: 'azure_timeout' })
  setting.log('nobody listens')
  await service.listen(false)
  await rounds(before, { count: outageRounds / 3, round, seen: 'azure_unreachable' })
  setting.log('503')
  service.trouble({ answer: 503 })
  await service.listen(true)
  await rounds(before, { count: outageRounds / 6, round, seen: 'azure_unavailable' })
  const [peakBefore, sentBefore] = [await before.peak(), (await before.destination('azure')).sent]
  await outage.crash()
  const accepted = linesIn(await leftFor('azure', outage.state, setting.scratch))
  const repeated = await repeatedIn(outage.file, await leftFor('files', outage.state, setting.scratch))
  setting.log(`killed with ${accepted} rows accepted`)

  const after = await outage.begin('1s')
  await rounds(after, { count: outageRounds / 6, round, seen: 'azure_unavailable' })
  const { queued } = await after.destination('azure')
  setting.log(`back again, with troubles; ${queued.count} rows wait`)
  service.react(aftermath)
  service.trouble(null)
  const backMs = performance.now()
  await after.until('a row arrives', async () => (await after.destination('azure')).sent > 0)
  const firstMs = performance.now()
  await after.until('all rows of the outage arrive', async () => (await after.destination('azure')).sent >= queued.count)
  const drainedMs = performance.now()
  const skipped = await after.counted('meshtelemetry_row_rounds_skipped_total')
  const [peakAfter, made] = [await after.peak(), await after.made()]
  // No answer may be on its way when it ends: whether it still arrives nobody could tell.
  service.trouble({ answer: 503 })
  await after.until('nothing is taken', async () => (await after.destination('azure')).error?.code === 'azure_unavailable')
  await outage.end()
  service.trouble(null)
  await bringTheRest(outage)

  const arrivals = await service.arrivals(outage.file, repeated)
  const seconds = (ms: number) => (ms / 1e3).toFixed(1)
  const figures = {
    pods: `${pods}, ${clusters} cluster each, ${round} rows a round`,
    rows: arrivals.made,
    'waiting at the end of the outage': `${queued.count} rows, ${mebi(queued.bytes)} compressed`,
    'until the first row arrived': `${seconds(firstMs - backMs)} s`,
    'from there until all were there': `${seconds(drainedMs - firstMs)} s`,
    duplicates: `${arrivals.duplicated} rows; ${arrivals.unanswered} lost their answer`,
    'memory at the peak': `${mebi(peakBefore)} before the kill, ${mebi(peakAfter)} after it`,
    'rounds left out': skipped,
    requests: arrivals.requests,
  }
  const why = wrong(arrivals, { accepted: accepted + sentBefore, made })
  return why ? { outcome: 'failed', why, figures } : { outcome: 'passed', figures }
}

/** As many rounds, and until sending has failed in that way. */
async function rounds(
  collector: WatchedCollector,
  { count, round, seen }: { readonly count: number; readonly round: number; readonly seen: string },
): Promise<void> {
  const began = await collector.made()
  await collector.until(`${count} rounds are made`, async () => (await collector.made()) >= began + count * round)
  const failures = () => collector.counted('meshtelemetry_destination_failures_total', `code="${seen}"`)
  await collector.until(`sending fails with ${seen}`, async () => (await failures()) > 0)
}

/** What was made to the end, by one that makes nothing more for a while. */
async function bringTheRest(outage: Outage): Promise<void> {
  const last = await outage.begin('60s')
  const waiting = async (name: string) => (await last.destination(name)).queued.count
  await last.until('nothing waits', async () => (await waiting('azure')) + (await waiting('files')) === 0)
  await outage.end()
}

function wrong(arrivals: Arrivals, { accepted, made }: { readonly accepted: number; readonly made: number }): string | undefined {
  const { lost, foreign, duplicated, unanswered } = arrivals
  if (arrivals.made < accepted + made) return `the files have ${arrivals.made} rows, but ${accepted} and ${made} were made`
  if (lost > 0 || foreign > 0) return `${lost} rows are lost, ${foreign} came that are in no file`
  if (duplicated !== unanswered) return `${duplicated} rows came twice, but ${unanswered} lost their answer`
  return unanswered === 0 ? 'no answer was lost' : undefined
}

const mebi = (bytes: number): string => `${(bytes / 2 ** 20).toFixed(1)} MiB`
