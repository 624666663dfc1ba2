import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { afterEach, expect, it } from 'vitest'
import { aSpan, bodyOf } from './support/spans.ts'
import { closeAll, json, opened, Receiving } from './support/receiving.ts'

afterEach(closeAll)

/** As Envoy writes them: chunked, over a connection that it keeps. */
const posted = (body: Buffer): Buffer =>
  Buffer.concat([
    Buffer.from(
      `POST /api/v2/spans HTTP/1.1\r\nhost: envoy-tracing-cluster\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n${body.length.toString(16)}\r\n`,
    ),
    body,
    Buffer.from('\r\n0\r\n\r\n'),
  ])

async function connected(url: string): Promise<Socket> {
  const socket = connect({ host: new URL(url).hostname, port: Number(new URL(url).port) })
  opened({ close: () => void socket.destroy() })
  await once(socket, 'connect')
  return socket
}

it('connections are kept much longer than the five seconds after which sidecars send what they have', async () => {
  const { url } = await Receiving.start()
  const answer = await fetch(`${url}/api/v2/spans`, { method: 'POST', headers: json, body: '[]' })
  const [, seconds = 0] = /^timeout=(\d+)$/.exec(answer.headers.get('keep-alive') ?? '') ?? []
  expect(Number(seconds)).toBeGreaterThanOrEqual(65)
})

it('thousands of connections, as three busy sidecars open them while they wait for answers, are all taken and answered', async () => {
  const receiving = await Receiving.start({ spansPerSecond: 1_000_000 })
  const reports = 2_600
  const sockets = await Promise.all(Array.from({ length: reports }, () => connected(receiving.url)))
  const request = posted(bodyOf(aSpan()))
  const answers = sockets.map((socket) => once(socket, 'data'))
  for (const socket of sockets) socket.write(request)
  const statuses = (await Promise.all(answers)).map(([data]) => String(data).slice(0, 12))
  expect(new Set(statuses)).toEqual(new Set(['HTTP/1.1 202']))
  expect(receiving.batches.length).toBe(reports)
}, 60_000)
