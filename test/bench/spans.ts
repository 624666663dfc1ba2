import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync, readFileSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import { figuresOf } from './measure.ts'
import { type Served, serveSpans } from './span-servers.ts'

// usage: npm run bench -- spans [--batches 20000] [--connections 32]
// Batches of five real spans come over kept connections from another process. The floor is fastify that reads the same bodies and answers 202; then the receiver
// alone; then the whole way of a span to packed chunks, mended, with the last traces kept. Figures are per second of processor time of the receiving process.

const [batches, connections] = [option('batches', 20_000), option('connections', 32)]
const spansPerBatch = 5
const serverOf = process.argv.indexOf('--serve')
if (serverOf < 0) await bench()
else {
  process.on('disconnect', () => process.exit())
  process.send?.(await serveSpans(process.argv[serverOf + 1] as Served))
}

async function bench(): Promise<void> {
  const floor = await measured('floor')
  report('floor: fastify answers and discards', floor, floor)
  report('receiver: read and checked', await measured('receiver'), floor)
  report('whole way: sampled, mended, redacted, packed, shown', await measured('whole'), floor)
}

interface Figures {
  readonly spansPerCpuSecond: number
  readonly spansPerSecond: number
  readonly rssBytes: number
}

function report(name: string, { spansPerCpuSecond, spansPerSecond, rssBytes }: Figures, floor: Figures): void {
  const share = ((100 * spansPerCpuSecond) / floor.spansPerCpuSecond).toFixed(0)
  console.log(
    `${name}: ${spansPerCpuSecond.toFixed(0)} spans per core and second (${share} % of the floor); ${spansPerSecond.toFixed(0)} a second here, ${(rssBytes / 2 ** 20).toFixed(0)} MiB`,
  )
}

async function measured(served: Served): Promise<Figures> {
  const server = fork(import.meta.filename, ['spans', '--serve', served])
  const [port] = (await once(server, 'message')) as [number]
  await post(port, Math.ceil(batches / 4)) // code that has not run yet is slow
  const pid = server.pid ?? 0
  const [before, beganMs] = [figuresOf(pid), performance.now()]
  await post(port, batches)
  const [after, seconds] = [figuresOf(pid), (performance.now() - beganMs) / 1e3]
  await stop(server)
  const spans = batches * spansPerBatch
  return { spansPerCpuSecond: spans / ((after.cpuMs - before.cpuMs) / 1e3), spansPerSecond: spans / seconds, rssBytes: after.rssBytes }
}

async function stop(server: ChildProcess): Promise<void> {
  server.disconnect()
  await once(server, 'exit')
}

/** As Envoy writes them: chunked, one request after the other on each connection. */
async function post(port: number, count: number): Promise<void> {
  const requests = realBodies().map((body) =>
    Buffer.concat([
      Buffer.from(
        `POST /api/v2/spans HTTP/1.1\r\nhost: envoy-tracing-cluster\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n${body.length.toString(16)}\r\n`,
      ),
      body,
      Buffer.from('\r\n0\r\n\r\n'),
    ]),
  )
  let sent = 0
  const work = async () => {
    const socket = connect({ port, host: '127.0.0.1' }).setNoDelay(true)
    await once(socket, 'connect')
    while (sent < count) {
      socket.write(requests[sent++ % requests.length] as Buffer)
      const [answer] = (await once(socket, 'data')) as [Buffer]
      if (!answer.includes('HTTP/1.1 202')) throw new Error(`it answered ${answer.toString()}`)
    }
    socket.destroy()
  }
  await Promise.all(Array.from({ length: connections }, work))
}

function realBodies(): Buffer[] {
  const folder = join(import.meta.dirname, '../fixtures/zipkin')
  const names = readdirSync(folder).filter((name) => name.startsWith('batch-'))
  return names.map((name) => readFileSync(join(folder, name)))
}

function option(name: string, otherwise: number): number {
  const at = process.argv.indexOf(`--${name}`)
  return at < 0 ? otherwise : Number(process.argv[at + 1])
}
