import { once } from 'node:events'
import { readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { kubelet, nodeAt, reading, stranger } from './support/nodes.ts'

describe('the token', () => {
  it('is read for each request, so that a new one holds at once', async () => {
    const at = await kubelet()
    const { sync, until, pages, health } = reading(at)
    sync([nodeAt(at.port)])
    await until(() => pages.length > 0)
    at.writeToken('second-token')
    at.token = 'second-token'
    await until(() => at.heard.at(-1)?.authorization === 'Bearer second-token')
    const read = pages.length
    await until(() => pages.length > read + 1)
    expect(health.get('n1')?.state).toBe('up')
    expect(at.connections).toBeLessThanOrEqual(2)
  })

  it('is never sent to somebody whose certificate is not good: the handshake ends before', async () => {
    const at = await kubelet({ identity: stranger })
    const { sync, until, trouble, health } = reading(at)
    sync([nodeAt(at.port)])
    expect(await trouble()).toMatchObject({ code: 'kubelet_untrusted', remedy: expect.stringContaining('insecureSkipVerify') })
    await until(() => (health.get('n1')?.failures ?? 0) > 2)
    expect(at.heard).toEqual([])
  })

  it('is not sent to a certificate for another address either', async () => {
    const at = await kubelet({ host: '127.0.0.2' })
    const { sync, until, trouble, health } = reading(at)
    sync([nodeAt(at.port, { address: '127.0.0.2' })])
    expect(await trouble()).toMatchObject({ code: 'kubelet_untrusted', message: expect.stringContaining('127.0.0.2') })
    await until(() => (health.get('n1')?.failures ?? 0) > 2)
    expect(at.heard).toEqual([])
  })

  it('is not sent because Node is told by its environment to trust anyone', async () => {
    const at = await kubelet({ identity: stranger })
    vi.stubEnv('NODE_TLS_REJECT_UNAUTHORIZED', '0')
    onTestFinished(() => void vi.unstubAllEnvs())
    const { sync, trouble } = reading(at)
    sync([nodeAt(at.port)])
    expect(await trouble()).toMatchObject({ code: 'kubelet_untrusted' })
    expect(at.heard).toEqual([])
  })

  it('goes to anyone at a node’s address only where that is said outright', async () => {
    const at = await kubelet({ identity: stranger })
    const { sync, until, pages } = reading(at, { cadvisor: { insecureSkipVerify: true, caFile: '/nowhere' } })
    sync([nodeAt(at.port)])
    await until(() => pages.length > 0)
    expect(at.heard[0]?.authorization).toBe('Bearer first-token')
  })

  it('does not follow a redirect', async () => {
    const [at, elsewhere] = [await kubelet(), await kubelet()]
    at.answer = (_, response) => response.writeHead(302, { location: `https://127.0.0.1:${elsewhere.port}/` }).end()
    const { sync, trouble } = reading(at)
    sync([nodeAt(at.port)])
    expect(await trouble()).toMatchObject({ code: 'kubelet_unusable', message: expect.stringContaining('302') })
    expect(elsewhere.connections).toBe(0)
  })

  it('stands in no log, no problem and no metric', async () => {
    const at = await kubelet()
    const { sync, until, health, telemetry, trouble } = reading(at)
    sync([nodeAt(at.port)])
    await until(() => health.get('n1')?.state === 'up')
    at.token = 'another-token'
    const error = await trouble()
    at.token = 'first-token'
    await until(() => health.get('n1')?.state === 'up')
    at.writeToken('first-token and more')
    await until(() => health.get('n1')?.error?.code === 'kubelet_credentials_unusable')
    const said = [...telemetry.lines, JSON.stringify(error), JSON.stringify([...health]), await telemetry.metrics.registry.metrics()].join(
      '\n',
    )
    expect(said).toContain('node_failing')
    expect(said).not.toContain('first-token')
  })

  it('or authorities that cannot be read leave everybody unasked', async () => {
    const at = await kubelet()
    for (const change of [{ tokenFile: '/nowhere/token' }, { caFile: '/nowhere/ca.crt' }, { caFile: at.tokenFile }]) {
      const { sync, trouble, kubelets } = reading(at, { cadvisor: change })
      sync([nodeAt(at.port)])
      const [file = ''] = Object.values(change)
      expect(await trouble()).toMatchObject({ code: 'kubelet_credentials_unusable', message: expect.stringContaining(file) })
      await kubelets.close()
    }
    expect(at.heard).toEqual([])
  })

  it('never reaches a port that speaks no TLS', async () => {
    const plain = createServer((_, response) => response.end('a 1\n')).listen(0, '127.0.0.1')
    await once(plain, 'listening')
    onTestFinished(() => void plain.close())
    const received: Buffer[] = []
    plain.on('connection', (socket) => socket.on('data', (bytes) => received.push(bytes)))
    const at = await kubelet()
    const { sync, trouble } = reading(at)
    sync([nodeAt((plain.address() as AddressInfo).port)])
    await trouble()
    expect(Buffer.concat(received).toString('latin1')).not.toContain('Bearer')
  })
})

// The fixture signs itself; whoever replaces the file with another authority is followed at the next connection.
describe('the authorities', () => {
  it('are read anew for a new connection', async () => {
    const at = await kubelet()
    const good = readFileSync(at.caFile)
    writeFileSync(at.caFile, stranger.cert)
    const { sync, until, trouble, health } = reading(at)
    sync([nodeAt(at.port)])
    expect(await trouble()).toMatchObject({ code: 'kubelet_untrusted' })
    writeFileSync(at.caFile, good)
    await until(() => health.get('n1')?.state === 'up')
  })
})
