import { once } from 'node:events'
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { ApiServer, type KubeObject } from '../support/api-server.ts'
import { tunnelTo } from '../support/pod-tunnel.ts'
import { serve } from './hand-made-collector.ts'
import { controller, pod } from './meshed-cluster.ts'
import { type Seen, typed, typedAbout } from './terminal-session.ts'

const page = '<title>who calls whom</title>'

const collectorPod: KubeObject = {
  ...pod('mesh-telemetry-0', 'mesh-telemetry', {}, { 'app.kubernetes.io/name': 'mesh-telemetry' }),
  spec: { containers: [{ name: 'collector', ports: [{ name: 'http-metrics', containerPort: 19_464 }] }] },
  status: { phase: 'Running', conditions: [{ type: 'Ready', status: 'True' }] },
}

const grafanaService = (tool: 'osm' | 'fsm', namespace: string): KubeObject => ({
  kind: 'Service',
  metadata: { name: `${tool}-grafana`, namespace },
  spec: { selector: { app: `${tool}-grafana` }, ports: [{ port: 3000 }] },
})
const grafanaPod = (name: string, namespace: string, phase = 'Running'): KubeObject => ({
  ...pod(name, namespace, {}, { app: name.replace(/-\d$/, '') }),
  status: { phase },
})

let api: ApiServer
let kubeconfig: string
let room: string
let collector: Server
let grafana: Server
/** Where pods' ports lead; no entry where the API server refuses. */
let ports: Record<string, number>

const portOf = (server: Server) => (server.address() as AddressInfo).port

beforeEach(async () => {
  room = mkdtempSync(join(tmpdir(), 'mesh-telemetry-dashboard-'))
  api = await ApiServer.start(controller('osm', 'osm-system'))
  kubeconfig = api.writeKubeconfig(join(room, 'kubeconfig'))
  collector = (await serve({ '/': page, '/healthz': '{"status":"ok"}' })).server
  grafana = createServer((_, response) => response.writeHead(302, { location: '/login' }).end()).listen(0, '127.0.0.1')
  await once(grafana, 'listening')
  ports = {
    'mesh-telemetry/mesh-telemetry-0:19464': portOf(collector),
    'osm-system/osm-grafana-1:3000': portOf(grafana),
    'fsm-system/fsm-grafana-0:3001': portOf(grafana),
  }
  tunnelTo(api.http, (path, port) => {
    const [, place, name] = /namespaces\/([^/]+)\/pods\/([^/]+)/.exec(path) ?? []
    return ports[`${place}/${name}:${port}`]
  })
})
afterEach(async () => {
  vi.unstubAllEnvs()
  await api.stop()
  for (const server of [collector, grafana]) {
    server.closeAllConnections()
    server.close()
  }
  rmSync(room, { recursive: true })
})

const asked = (line: string) => typedAbout(kubeconfig, line)

/** What the command has said by now. */
let said = ''

/** Types a command that stays, looks at the address that it printed, and then types Ctrl-C. */
async function untilOpen(line: string, look: (url: string) => unknown = () => {}): Promise<Seen> {
  const stop = new AbortController()
  let looked: Promise<unknown> | undefined
  const seen = await typedAbout(kubeconfig, line, {
    signal: stop.signal,
    heard: ({ out, err }) => {
      said = err
      if (!err.includes('until Ctrl-C') || looked) return
      const [, port] = /(?:127\.0\.0\.1|localhost):(\d+)/.exec(out) ?? []
      looked = Promise.resolve(look(`http://127.0.0.1:${port}`)).finally(() => stop.abort())
    },
  })
  await looked
  return seen
}

describe("the collector's page", () => {
  it('at --server: the address is printed, and the command ends', async () => {
    const url = `http://127.0.0.1:${portOf(collector)}/`
    expect(await typed(`dashboard --no-browser --server ${url}`)).toEqual({ exitCode: 0, out: `${url}\n`, err: '' })
  })

  it('in a cluster: through a port-forward that is open until Ctrl-C', async () => {
    api.apply(collectorPod)
    let shown = ''
    const { exitCode, out, err } = await untilOpen('dashboard --no-browser -p 0', async (url) => {
      shown = await (await fetch(url)).text()
    })
    expect({ exitCode, shown }).toEqual({ exitCode: 0, shown: page })
    expect(out).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/\n$/)
    expect(err).toBe(
      'note: asked the collector mesh-telemetry/mesh-telemetry-0 in the cluster of the context "here", through a port-forward\n' +
        'note: the port-forward is open until Ctrl-C\n',
    )
    await expect(fetch(out.trim())).rejects.toThrow('fetch failed')
  })

  it('says so when the port-forward does not work any more', async () => {
    api.apply(collectorPod)
    const { exitCode, err } = await untilOpen('dashboard -b=false -p 0', async (url) => {
      ports = {}
      await expect(fetch(url)).rejects.toThrow('fetch failed')
      await expect.poll(() => said).toContain('any more')
    })
    expect(exitCode).toBe(0)
    expect(err).toContain('error: the port-forward does not work any more: ')
  })

  it('is on the port that is wished, or nowhere', async () => {
    api.apply(collectorPod)
    const { exitCode, out, err } = await asked(`dashboard --no-browser --local-port ${portOf(grafana)}`)
    expect({ exitCode, out }).toEqual({ exitCode: 2, out: '' })
    expect(err).toContain(`Another process listens on port ${portOf(grafana)} of this machine. (local_port_unusable)\n  Choose another one`)
  })

  it('cannot be shown where a token is wanted for the page, too', async () => {
    const closed = await serve({ '/': page }, 'sesame')
    const { exitCode, out, err } = await typed(`dashboard --no-browser --server ${closed.url}`)
    closed.server.close()
    expect({ exitCode, out }).toEqual({ exitCode: 2, out: '' })
    expect(err).toContain('what stands before it lets no browser in. In the terminal: mesh-telemetry edges --token-file FILE')
  })

  it('is not there: exit code 3', async () => {
    expect(await typed('dashboard --server 127.0.0.1:1')).toMatchObject({ exitCode: 3, err: expect.stringContaining('server_unreachable') })
    expect(await asked('dashboard')).toMatchObject({ exitCode: 3, err: expect.stringContaining('collector_missing') })
  })
})

describe('the Grafana of a mesh', () => {
  beforeEach(() => {
    api.apply(grafanaService('osm', 'osm-system'), grafanaPod('osm-grafana-0', 'osm-system', 'Pending'))
    api.apply(grafanaPod('osm-grafana-1', 'osm-system'))
  })

  it('is shown as "osm dashboard" does, from the first pod that runs', async () => {
    let status = 0
    const { exitCode, out } = await untilOpen('dashboard --grafana -p 0 -b=false', async (url) => {
      ;({ status } = await fetch(url, { redirect: 'manual' }))
    })
    expect({ exitCode, status }).toEqual({ exitCode: 0, status: 302 })
    expect(out).toMatch(/^\[\+\] Starting Dashboard forwarding\n\[\+\] Port forwarding successful \(localhost:\d+\)\n$/)
  })

  it('is shown where the cluster has no collector', async () => {
    const { exitCode, out, err } = await untilOpen('dashboard --no-browser -p 0')
    expect(exitCode).toBe(0)
    expect(out).toContain('[+] Starting Dashboard forwarding\n')
    expect(err).toContain('note: no collector is installed in it: this is the Grafana of its mesh\n')
  })

  it('may be that of FSM, in the namespace that is said and on the port that is said', async () => {
    api.apply(grafanaService('fsm', 'fsm-system'), grafanaPod('fsm-grafana-0', 'fsm-system'))
    const { exitCode, out } = await untilOpen('dashboard --osm-namespace fsm-system -r 3001 -p 0 --open-browser=false')
    expect({ exitCode, out }).toMatchObject({ exitCode: 0, out: expect.stringContaining('successful') })
  })

  it.each([
    ['there is no mesh', () => api.objects.splice(0), 'no mesh is installed in the cluster'],
    [
      'the mesh has none',
      () => api.objects.splice(0, Infinity, controller('osm', 'osm-system')),
      'there is none in the namespace osm-system (grafana_missing)\n  One comes with the mesh where it is installed with osm.deployGrafana=true',
    ],
    [
      'none of its pods runs',
      () => api.apply(grafanaPod('osm-grafana-1', 'osm-system', 'Pending')),
      'no pod of the service osm-system/osm-grafana runs (grafana_missing)\n  kubectl get pods -n osm-system -l app=osm-grafana\n',
    ],
    ['nobody listens', () => (ports['osm-system/osm-grafana-1:3000'] = 1), 'does not answer on port 3000'],
    ['the right is missing', () => (ports = {}), 'the API server opens no port-forward to the pod osm-system/osm-grafana-1: '],
  ])('is not to be had when %s: exit code 3 and what to do', async (_, breakIt, message) => {
    breakIt()
    const { exitCode, err } = await asked('dashboard --grafana --no-browser -p 0')
    expect({ exitCode, err }).toEqual({ exitCode: 3, err: expect.stringContaining(message) })
  })

  it('is no collector: --server asks for something else', async () => {
    const { exitCode, err } = await asked('dashboard --grafana --server 127.0.0.1:1')
    expect({ exitCode, err }).toEqual({ exitCode: 2, err: expect.stringContaining('(options_contradict)') })
  })
})

it.each([
  ['-p 70000', 'It is a port from 0 to 65535.'],
  ['-r 0', 'It is a port from 1 to 65535.'],
  ['-b=perhaps', 'It is true or false.'],
])('dashboard %s is refused', async (flag, message) => {
  expect(await typed(`dashboard ${flag}`)).toMatchObject({ exitCode: 2, err: expect.stringContaining(message) })
})

/** What opens browsers there takes the one that BROWSER names. */
describe.runIf(process.platform === 'linux')('the browser', () => {
  const opened = () => join(room, 'opened')

  beforeEach(() => {
    vi.stubEnv('XDG_CURRENT_DESKTOP', 'X-Generic')
    const browser = join(room, 'browser')
    writeFileSync(browser, `#!/bin/sh\necho "$1" > '${opened()}'\n`)
    chmodSync(browser, 0o755)
    vi.stubEnv('BROWSER', browser)
  })

  it('is opened at the address', async () => {
    const url = `http://127.0.0.1:${portOf(collector)}/`
    expect(await typed(`dashboard --server ${url}`)).toEqual({ exitCode: 0, out: `${url}\n`, err: '' })
    await expect.poll(() => existsSync(opened()) && readFileSync(opened(), 'utf8')).toBe(`${url}\n`)
  })

  it('is opened at Grafana, and the line says so', async () => {
    api.apply(grafanaService('osm', 'osm-system'), grafanaPod('osm-grafana-1', 'osm-system'))
    const { out } = await untilOpen('dashboard --grafana -p 0')
    const [, url] = /\[\+\] Issuing open browser (http:\/\/localhost:\d+)\n/.exec(out) ?? []
    await expect.poll(() => existsSync(opened()) && readFileSync(opened(), 'utf8')).toBe(`${url}\n`)
  })

  it('may be missing: the address is there, and nothing fails', async () => {
    vi.stubEnv('BROWSER', join(room, 'none'))
    const { exitCode, out, err } = await typed(`dashboard --server http://127.0.0.1:${portOf(collector)}`)
    expect({ exitCode, err }).toEqual({ exitCode: 0, err: 'note: no browser could be opened here: open the address yourself\n' })
    expect(out).toContain('http://')
    expect(existsSync(opened())).toBe(false)
  })
})
