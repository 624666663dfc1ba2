import { execFile } from 'node:child_process'
import { join } from 'node:path'
import type { RealSetting } from '../part.ts'
import type { KubeObject } from './api.ts'
import { controllerObjects } from './mesh-objects.ts'
import type { KubeServer, Rights } from './server.ts'

const launcher = join(import.meta.dirname, '../../../bin/mesh-telemetry.mjs')

const home = 'showing-system'
const labels = { app: 'osm-grafana' }

const grafanaService: KubeObject = {
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name: 'osm-grafana', namespace: home },
  spec: { selector: labels, ports: [{ port: 3000, targetPort: 3000 }] },
}
const grafanaPod = (name: string, phase: string): KubeObject => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name, namespace: home, labels },
  spec: { nodeName: 'node-1', containers: [{ name: 'grafana', image: 'example/grafana:v1' }] },
  status: { phase },
})

const within = (resource: string, verbs: readonly string[]): Rights => ({
  namespace: home,
  rules: [{ apiGroups: [''], resources: [resource], verbs }],
})
/** What the way to Grafana takes, in this order. */
const needed = [within('services', ['get']), within('pods', ['list']), within('pods/portforward', ['get', 'create'])]

/** `dashboard` with the rights of people: no node runs the pod, so that the port-forward ends at the API server. */
export async function showing(server: KubeServer, { signal }: RealSetting): Promise<void> {
  const dashboard = async (kubeconfig: string, ...words: readonly string[]) =>
    typed(['dashboard', '--no-browser', '-p', '0', '--kubeconfig', kubeconfig, ...words], signal)
  const asSomeone = async (rights: number) => {
    const name = `showing-${rights}`
    const kubeconfig = await server.kubeconfigFor({ namespace: home, name }, needed.slice(0, rights))
    return dashboard(kubeconfig, '--osm-namespace', home)
  }
  await server.api.apply({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: home } }, ...controllerObjects('showing', home))

  expectIn(await dashboard(server.kubeconfig, '--osm-namespace', home), 'the Grafana of a mesh is not found')
  await server.api.apply(grafanaService, grafanaPod('grafana-a', 'Pending'))
  expectIn(
    await dashboard(server.kubeconfig, '--grafana'),
    `kubectl --kubeconfig ${server.kubeconfig} get pods -n ${home} -l app=osm-grafana`,
  )
  await server.api.apply(grafanaPod('grafana-b', 'Running'))

  expectIn(await asSomeone(0), `The right to get services osm-grafana in namespace ${home} is missing`)
  expectIn(await asSomeone(1), `The right to list pods in namespace ${home} is missing`)
  expectIn(await asSomeone(2), `${home}/grafana-b: Unexpected server response: 403`)
  const allowed = await asSomeone(needed.length)
  expectIn(allowed, `opens no port-forward to the pod ${home}/grafana-b: `)
  if (allowed.includes('403')) throw new Error(`three rights are not enough: ${allowed}`)
}

/** All that a command says. */
async function typed(words: readonly string[], signal: AbortSignal): Promise<string> {
  return new Promise((resolve) => execFile(process.execPath, [launcher, ...words], { signal }, (_, out, err) => resolve(out + err)))
}

function expectIn(said: string, wanted: string): void {
  if (!said.includes(wanted)) throw new Error(`"${wanted}" is not in: ${said.trim().slice(0, 1_000)}`)
}
