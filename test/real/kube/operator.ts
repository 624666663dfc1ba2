import { execFile } from 'node:child_process'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { promisify } from 'node:util'
import { stringify } from 'yaml'
import { objectsOf } from '../../support/deployment.ts'
import type { RealSetting } from '../part.ts'
import type { KubeServer } from './server.ts'

const run = promisify(execFile)
const module = 'github.com/prometheus-operator/prometheus-operator@v0.85.0'
const kinds = ['servicemonitors', 'prometheusrules']

/**
 * Teaches the API server the Prometheus Operator's own definitions of what `components/service-monitor` holds, so that it checks them as in a cluster.
 *
 * @returns why that cannot be done here, if it cannot
 */
export async function teachOperator(server: KubeServer, { signal }: Pick<RealSetting, 'signal'>): Promise<string | undefined> {
  const folder = await fetched(signal)
  if ('why' in folder) return folder.why
  const files = kinds.map((kind) => join(folder.path, 'example/prometheus-operator-crd', `monitoring.coreos.com_${kind}.yaml`))
  for (const file of files) await server.kubectl('apply', '--server-side', '-f', file)
  for (const kind of kinds) await established(server, `${kind}.monitoring.coreos.com`)
  return undefined
}

/** The module's folder, from the modules' proxy or from this machine's cache. */
async function fetched(signal: AbortSignal): Promise<{ readonly path: string } | { readonly why: string }> {
  const env = { ...process.env, GOTOOLCHAIN: 'local', GOWORK: 'off' }
  const said = await run('go', ['mod', 'download', '-json', module], { env, signal }).catch((error: unknown) => String(error))
  if (typeof said === 'string') return { why: `the operator's definitions cannot be fetched: ${said.split('\n')[0]}` }
  return { path: (JSON.parse(said.stdout) as { Dir: string }).Dir }
}

async function established(server: KubeServer, name: string): Promise<void> {
  for (let tries = 0; tries < 50; tries++) {
    const conditions = await server.kubectl('get', 'crd', name, '-o', 'jsonpath={.status.conditions[?(@.type=="Established")].status}')
    if (conditions === 'True') return
    await pause(200)
  }
  throw new Error(`the API server does not take ${name}`)
}

/** A kustomization whose ServiceMonitor has a misspelt field: taken only by a server that does not look. */
export async function misspeltMonitor(scratch: string): Promise<string> {
  const folder = join(scratch, 'misspelt-monitor')
  await mkdir(folder)
  const [monitor] = objectsOf('components/service-monitor').filter(({ kind }) => kind === 'ServiceMonitor')
  await writeFile(join(folder, 'monitor.yaml'), JSON.stringify(monitor).replaceAll('honorLabels', 'honourLabels'))
  await writeFile(join(folder, 'kustomization.yaml'), stringify({ resources: ['monitor.yaml'] }))
  return folder
}
