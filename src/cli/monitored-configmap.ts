import { z } from 'zod'
import { listKey, readConfigMap } from '../discover/configmap.ts'
import type { ClusterApi } from '../discover/kubernetes/cluster-api.ts'
import { kubernetesProblems } from '../discover/kubernetes/problems.ts'
import type { Labels } from '../model/labels.ts'
import { Problem } from '../runtime/problem.ts'
import { shellWord } from '../runtime/shell.ts'
import type { Option } from './command.ts'
import { type ListChange, withMonitored } from './monitored-list.ts'
import { namespaceIn } from './namespace-names.ts'
import { cliProblems } from './problems.ts'

/** Where the ConfigMap is. */
export interface ConfigMapId {
  readonly namespace: string
  readonly name: string
}

/** What became of the ConfigMap. */
export interface Written {
  /** The list's text before and after; equal where nothing had to change. */
  readonly before: string
  readonly after: string
  readonly created: boolean
}

const usual = 'kube-system/container-azm-ms-osmconfig'
export const usualConfigMap = idIn(usual)

export const configMapOption: Option<ConfigMapId | undefined> = {
  flags: '--configmap [namespace/name]',
  help: 'change the list in the ConfigMap too',
  preset: usual,
  parse: idIn,
}

function idIn(text: string): ConfigMapId {
  const [namespace = '', name = '', ...rest] = text.split('/')
  if (!/^[a-z0-9](?:[-.a-z0-9]*[a-z0-9])?$/.test(name) || rest.length > 0) throw new Error(`It is namespace/name, such as ${usual}.`)
  return { namespace: namespaceIn(namespace), name }
}

/** `kube-system/container-azm-ms-osmconfig` */
export const idText = ({ namespace, name }: ConfigMapId): string => `${namespace}/${name}`

const folderOf = ({ namespace }: ConfigMapId) => `/api/v1/namespaces/${namespace}/configmaps`
const pathOf = (id: ConfigMapId) => `${folderOf(id)}/${id.name}`

const form = z.object({
  metadata: z.object({ resourceVersion: z.string() }),
  data: z.record(z.string(), z.string()).nullish(),
})

const newList = `# TOML
[osm_metric_collection_configuration]
  [osm_metric_collection_configuration.settings]
    # Names of namespaces, in full, without patterns; an empty list names none.
    monitor_namespaces = []
`

/**
 * Puts names into the list of the ConfigMap and takes others out; makes the ConfigMap where there is none and there is something to put in. Once more from
 * the start when somebody else wrote it in between.
 *
 * @throws {Problem} of `kubernetesProblems`; `configmap_not_editable` where the list cannot be found or the ConfigMap is bad already
 */
export async function writeMonitored(api: ClusterApi, id: ConfigMapId, change: ListChange, dryRun: boolean): Promise<Written> {
  try {
    return await writeOnce(api, id, change, dryRun)
  } catch (error) {
    if (!isProblem(error, 'kubernetes_conflict')) throw error
    return writeOnce(api, id, change, dryRun)
  }
}

async function writeOnce(api: ClusterApi, id: ConfigMapId, change: ListChange, dryRun: boolean): Promise<Written> {
  const found = await configMapAt(api, id)
  const before = found ? (found.data[listKey] ?? '') : ''
  if (!found && change.add.length === 0) return { before, after: before, created: false }
  const data: Labels = found?.data ?? { 'schema-version': 'v1', 'config-version': 'ver1' }
  const after = edited(id, { ...data, [listKey]: found ? before : newList }, change)
  if (found && after !== before) {
    const metadata = { resourceVersion: found.resourceVersion }
    await api.patch(pathOf(id), { metadata, data: { [listKey]: after } }, { dryRun })
  }
  if (!found) {
    const metadata = { namespace: id.namespace, name: id.name }
    await api.create(folderOf(id), { apiVersion: 'v1', kind: 'ConfigMap', metadata, data: { ...data, [listKey]: after } }, { dryRun })
  }
  return { before, after, created: !found }
}

/** The names that the ConfigMap holds, or `undefined` where there is none, or none that can be read. */
export async function monitoredIn(api: ClusterApi, id: ConfigMapId): Promise<readonly string[] | undefined> {
  const found = await configMapAt(api, id)
  return found && readConfigMap({ ...id, data: found.data }).monitored?.namespaces
}

async function configMapAt(
  api: ClusterApi,
  id: ConfigMapId,
): Promise<{ readonly data: Labels; readonly resourceVersion: string } | undefined> {
  try {
    const { metadata, data } = form.parse(await api.get(pathOf(id)))
    return { data: data ?? {}, ...metadata }
  } catch (error) {
    if (isProblem(error, 'kubernetes_not_found')) return undefined
    throw error
  }
}

/** What the list's text becomes. The collector's own reader has to make the same of it. */
function edited(id: ConfigMapId, data: Labels, change: ListChange): string {
  const text = data[listKey] ?? ''
  const [wrong] = text === '' ? [] : unreadable(id, data)
  const after = wrong === undefined ? withMonitored(text, change) : undefined
  const [bad] = after === undefined ? [] : unreadable(id, { ...data, [listKey]: after })
  if (after !== undefined && bad === undefined) return after
  const remedy = `Write it by hand: kubectl edit configmap ${shellWord(id.name)} -n ${shellWord(id.namespace)}`
  const what = wrong ?? bad ?? `The ConfigMap ${idText(id)} has its list written in a way that is not edited here.`
  throw new Problem({ ...cliProblems.configmap_not_editable, remedy }, what)
}

function unreadable(id: ConfigMapId, data: Labels): readonly string[] {
  const { monitored, problems } = readConfigMap({ ...id, data })
  return monitored ? [] : problems.map(({ message }) => message)
}

const isProblem = (error: unknown, code: keyof typeof kubernetesProblems): boolean =>
  error instanceof Problem && error.kind.code === kubernetesProblems[code].code
