import { execFile } from 'node:child_process'
import { mkdir, writeFile } from 'node:fs/promises'
import { join, relative } from 'node:path'
import { promisify } from 'node:util'
import { parseAllDocuments, stringify } from 'yaml'
import { type DeployedObject, objectsOf, overlays } from '../../support/deployment.ts'
import type { RealOutcome, RealSetting } from '../part.ts'
import { misspeltMonitor, teachOperator } from './operator.ts'
import type { KubeServer } from './server.ts'

const deploy = join(import.meta.dirname, '../../../deploy')

/** What a cluster with a mesh has before anything of ours is applied. */
const namespacesThere = ['osm-system', 'arc-osm-system', 'bookbuyer', 'bookstore', 'bookwarehouse']

/** Whatever is in `deploy/` is taken by a real API server as it is, the pod also by its Pod Security admission, and so is the next version on top of it. */
export async function deployment(server: KubeServer, setting: RealSetting): Promise<NonNullable<RealOutcome['figures']>> {
  const { log, scratch } = setting
  const version = await promisify(execFile)('kubectl', ['version', '--client']).catch(() => undefined)
  if (!version) return { 'what deploy/ applies': 'not run: there is no kubectl' }
  const namespace = objectsOf('base').filter(({ kind }) => kind === 'Namespace')
  const there = namespacesThere.map((name) => ({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } }))
  await server.api.apply(...namespace, ...there)

  const folders = ['base', ...overlays].map((folder) => join(deploy, folder))
  folders.push(await kustomization(scratch, 'with-token', { components: ['components/bearer-token'] }))
  folders.push(await kustomization(scratch, 'with-containers', { components: ['components/bearer-token', 'components/cadvisor'] }))
  folders.push(await kustomization(scratch, 'with-dashboards', { components: ['components/grafana'] }))
  const untaught = await teachOperator(server, setting)
  if (untaught) log(`components/service-monitor is not tried: ${untaught}`)
  else folders.push(await kustomization(scratch, 'with-monitor', { components: ['components/service-monitor'] }))
  let taken = 0
  for (const folder of folders) taken += (await dryRun(server, folder)).length
  log(`${taken} objects of ${folders.length} kustomizations are taken`)

  const misspelt = stringify({ resources: ['set.yaml'] })
  const wrong = JSON.stringify(await statefulSet(server, join(deploy, 'base'))).replace('readOnlyRootFilesystem', 'readOnlyRootFilesytem')
  await mkdir(join(scratch, 'wrong'))
  await writeFile(join(scratch, 'wrong/kustomization.yaml'), misspelt)
  await writeFile(join(scratch, 'wrong/set.yaml'), wrong)
  await refused('a misspelt field', 'readOnlyRootFilesytem', () => dryRun(server, join(scratch, 'wrong')))

  if (!untaught) await refused('a misspelt ServiceMonitor', 'honourLabels', async () => dryRun(server, await misspeltMonitor(scratch)))

  for (const folder of ['base', 'overlays/arc-openshift']) await admitted(server, join(deploy, folder))
  await server.api.apply((await statefulSet(server, join(deploy, 'base'))) as DeployedObject)
  const labels = [{ pairs: { 'app.kubernetes.io/version': '9.9.9' } }]
  await dryRun(server, await kustomization(scratch, 'next', { labels, images: [{ name: 'mesh-telemetry', newTag: '9.9.9' }] }))
  return { 'objects of deploy/ that the API server took': taken, ...(untaught && { 'components/service-monitor': `not run: ${untaught}` }) }
}

/** A folder as a user makes one, on top of the overlay for OSM. */
async function kustomization(
  scratch: string,
  name: string,
  more: { readonly components?: readonly string[]; readonly [field: string]: unknown },
) {
  const folder = join(scratch, name)
  await mkdir(folder)
  const here = (path: string) => relative(folder, join(deploy, path))
  const components = (more.components ?? []).map(here)
  await writeFile(join(folder, 'kustomization.yaml'), stringify({ resources: [here('overlays/upstream')], ...more, components }))
  return folder
}

/** @returns a line per object */
async function dryRun(server: KubeServer, folder: string): Promise<string[]> {
  const said = await server.kubectl('apply', '--server-side', '--force-conflicts', '--dry-run=server', '-k', folder)
  return said.split('\n').filter((line) => line.endsWith('(server dry run)'))
}

interface StatefulSet extends DeployedObject {
  readonly spec: {
    readonly template: {
      readonly metadata: object
      readonly spec: { readonly securityContext: object; readonly volumes: readonly object[] }
    }
    readonly volumeClaimTemplates: readonly { readonly metadata: { readonly name: string } }[]
  }
}

async function statefulSet(server: KubeServer, folder: string): Promise<StatefulSet> {
  const objects = parseAllDocuments(await server.kubectl('kustomize', folder)).map((document) => document.toJS() as DeployedObject)
  const found = objects.find(({ kind }) => kind === 'StatefulSet')
  if (!found) throw new Error(`${folder} makes no StatefulSet`)
  return found as StatefulSet
}

/** The pod that the set would make is let in by Pod Security; one that may be root is not. */
async function admitted(server: KubeServer, folder: string): Promise<void> {
  const set = await statefulSet(server, folder)
  const { metadata, spec } = set.spec.template
  const claims = set.spec.volumeClaimTemplates.map(({ metadata: { name } }) => ({
    name,
    persistentVolumeClaim: { claimName: `${name}-mesh-telemetry-0` },
  }))
  const make = (securityContext: object) =>
    server.api.create('/api/v1/namespaces/mesh-telemetry/pods?dryRun=All', {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { ...metadata, name: 'mesh-telemetry-0' },
      spec: { ...spec, securityContext, volumes: [...spec.volumes, ...claims] },
    })
  await make(spec.securityContext)
  await refused('a pod that may be root', 'violates PodSecurity', () => make({ ...spec.securityContext, runAsNonRoot: false }))
}

/** Throws unless it is refused with these words: what takes everything proves nothing. */
async function refused(what: string, words: string, tried: () => Promise<unknown>): Promise<void> {
  const answer = await tried().then(
    () => 'taken',
    (error: unknown) => String(error),
  )
  if (!answer.includes(words)) throw new Error(`${what} was not refused as it should: ${answer}`)
}
