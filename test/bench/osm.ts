import { type ChildProcess, execFile, fork, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createWriteStream } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { get, type IncomingMessage } from 'node:http'
import { loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { pipeline } from 'node:stream/promises'
import { parseArgs, promisify } from 'node:util'
import Table from 'cli-table3'
import type { ServingFigures } from './osm-server.ts'

// usage: npm run bench -- osm [--pods N] [--rounds N]
// What /metrics/osm of that many pods costs the collector, and those who wait for its event loop meanwhile, beside a C program that writes the same bytes.

const words = parseArgs({
  options: { pods: { type: 'string', default: '1000' }, rounds: { type: 'string', default: '5' } },
  allowPositionals: true,
}).values
const [pods, rounds] = [Number(words.pods), Number(words.rounds)]
/** As many as make 321 series that OSM keeps, and a few more. */
const clusters = 16

interface Fetched {
  readonly firstByteMs: number
  readonly allMs: number
  readonly bytes: number
}

/** Reads as fast as it can, and throws away. */
async function fetchPage(url: string, headers: Record<string, string> = {}): Promise<Fetched> {
  const beganMs = performance.now()
  const [answer] = (await once(get(url, { headers, agent: false }), 'response')) as [IncomingMessage]
  let firstByteMs: number | undefined
  let bytes = 0
  for await (const chunk of answer) {
    firstByteMs ??= performance.now() - beganMs
    bytes += (chunk as Buffer).length
  }
  return { firstByteMs: firstByteMs ?? NaN, allMs: performance.now() - beganMs, bytes }
}

const scratch = await mkdtemp(join(tmpdir(), 'mesh-telemetry-bench-'))
const file = join(scratch, 'osm.prom')
const server = fork(join(import.meta.dirname, 'osm-server.ts'), [String(pods), String(clusters)])
const [origin] = (await once(server, 'message')) as [string]
const url = `${origin}/metrics/osm`

const plain = { 'accept-encoding': 'identity' }
const packed = { 'accept-encoding': 'gzip' }
const cases = { plain: [plain], gzip: [packed], 'two readers': [plain, plain], 'two readers, gzip': [packed, packed] }

const head = [
  '',
  'first byte ms',
  'all ms',
  'CPU ms/MB',
  'of the thread',
  'late P99 ms',
  'late max ms',
  'gap ms',
  'of it CPU',
  'GC ms',
  'heap MB',
]
const table = new Table({ head, style: { head: [], border: [], compact: true } })
const first = await measured(server, [plain])
const pageMb = (first.fetched[0]?.bytes ?? 0) / 1e6
table.push(cells('first time', [first]))
for (const [name, readers] of Object.entries(cases)) {
  const all: Measured[] = []
  for (let round = 0; round < rounds; round++) all.push(await measured(server, readers))
  table.push(cells(name, all))
}
await save(url, file)
server.disconnect()
await once(server, 'exit')
table.push(['C writer', '', '', ...(await writerCpu()), ...Array.from({ length: head.length - 4 }, () => '')])
console.log(table.toString())
console.log(`${pods} pods, ${pageMb.toFixed(1)} MB. CPU: the least of ${rounds} rounds; all else: the most.`)
console.log(`load average ${loadavg()[0]?.toFixed(1)}; a run at rest and a run beside others are not comparable`)
await rm(scratch, { recursive: true, force: true })

interface Measured {
  readonly fetched: readonly Fetched[]
  readonly figures: ServingFigures
}

async function measured(child: ChildProcess, readers: readonly Record<string, string>[]): Promise<Measured> {
  await ask(child, 'begin')
  const fetched = await Promise.all(readers.map((headers) => fetchPage(url, headers)))
  return { fetched, figures: (await ask(child, 'end')) as ServingFigures }
}

async function ask(child: ChildProcess, word: string): Promise<unknown> {
  child.send(word)
  return ((await once(child, 'message')) as [unknown])[0]
}

/** Per megabyte of the page's text, packed or not. */
function cells(name: string, all: readonly Measured[]): string[] {
  const most = (of: (one: ServingFigures) => number) => Math.max(...all.map(({ figures }) => of(figures)))
  const slowest = (of: (one: Fetched) => number) => Math.max(...all.flatMap(({ fetched }) => fetched.map(of)))
  const leastCpu = (of: (one: ServingFigures) => number) =>
    Math.min(...all.map(({ fetched, figures }) => of(figures) / (fetched.length * pageMb))).toFixed(2)
  return [
    name,
    slowest(({ firstByteMs }) => firstByteMs).toFixed(0),
    slowest(({ allMs }) => allMs).toFixed(0),
    leastCpu(({ processCpuMs }) => processCpuMs),
    leastCpu(({ threadCpuMs }) => threadCpuMs),
    most(({ lateP99Ms }) => lateP99Ms).toFixed(1),
    most(({ lateMaxMs }) => lateMaxMs).toFixed(1),
    most(({ gapMs }) => gapMs).toFixed(1),
    most(({ gapCpuMs }) => gapCpuMs).toFixed(1),
    most(({ collectingMs }) => collectingMs).toFixed(0),
    most(({ heapMb }) => heapMb).toFixed(0),
  ]
}

async function save(from: string, to: string): Promise<void> {
  const [answer] = (await once(get(from, { headers: plain, agent: false }), 'response')) as [IncomingMessage]
  await pipeline(answer, createWriteStream(to))
}

/** Processor time per megabyte of the C program; nothing where it cannot be compiled. */
async function writerCpu(): Promise<readonly [string]> {
  const program = join(scratch, 'osm-writer')
  try {
    await promisify(execFile)('cc', ['-O2', '-o', program, join(import.meta.dirname, 'osm-writer.c')])
  } catch (error) {
    console.log(`the C writer is not run: ${error instanceof Error ? error.message.split('\n')[0] : String(error)}`)
    return ['']
  }
  const writer = spawn(program, [file], { stdio: ['ignore', 'pipe', 'inherit'] })
  const lines = createInterface(writer.stdout)[Symbol.asyncIterator]()
  const next = async () => Number((await lines.next()).value)
  const port = await next()
  const taken: number[] = []
  for (let round = 0; round < rounds; round++) {
    await fetchPage(`http://127.0.0.1:${port}/`)
    taken.push((await next()) / 1e3)
  }
  writer.kill()
  return [(Math.min(...taken) / pageMb).toFixed(2)]
}
