import { createServer, type Server } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { listenOnLoopback } from '../../../src/discover/kubernetes/local-port.ts'

const servers: Server[] = []
const server = () => {
  const made = createServer()
  servers.push(made)
  return made
}
afterEach(() => {
  for (const made of servers.splice(0)) made.close()
})

describe('a port of this machine', () => {
  it('is the one that is wished, on loopback', async () => {
    const first = server()
    const port = await listenOnLoopback(first, { port: 0, orAnyFree: false })
    expect(first.address()).toMatchObject({ address: '127.0.0.1', port })
    await new Promise((resolve) => first.close(resolve))
    expect(await listenOnLoopback(server(), { port, orAnyFree: false })).toBe(port)
  })

  it('is another one where that is taken, if any will do', async () => {
    const port = await listenOnLoopback(server(), { port: 0, orAnyFree: true })
    const other = await listenOnLoopback(server(), { port, orAnyFree: true })
    expect(other).toBeGreaterThan(0)
    expect(other).not.toBe(port)
  })

  it('is refused by name where only that one will do', async () => {
    const port = await listenOnLoopback(server(), { port: 0, orAnyFree: true })
    await expect(listenOnLoopback(server(), { port, orAnyFree: false })).rejects.toMatchObject({
      kind: { code: 'local_port_unusable' },
      message: `Another process listens on port ${port} of this machine.`,
    })
  })
})
