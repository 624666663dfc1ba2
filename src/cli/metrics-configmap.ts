import type { ClusterApi } from '../discover/kubernetes/cluster-api.ts'
import { isIgnored, switchOf } from '../discover/keys.ts'
import { namespaceForm } from '../discover/objects.ts'
import { Problem } from '../runtime/problem.ts'
import type { Context } from './context.ts'
import { textLines } from './metrics-text.ts'
import { type ConfigMapId, idText, monitoredIn, usualConfigMap, writeMonitored } from './monitored-configmap.ts'
import { forCluster } from './named-cluster.ts'
import { remark } from './remarks.ts'
import { printable } from './terminal.ts'

interface Names {
  readonly on: boolean
  /** Those that were switched. */
  readonly names: readonly string[]
}

/**
 * Puts the names into the ConfigMap, or takes them out, and says so.
 *
 * @throws {Problem} as `writeMonitored`
 */
export async function switchConfigMap(
  api: ClusterApi,
  { id, on, names, dryRun }: Names & { readonly id: ConfigMapId; readonly dryRun: boolean },
  context: Context,
): Promise<void> {
  const title = `ConfigMap [${idText(id)}]`
  const change = on ? { add: names, remove: [] } : { add: [], remove: names }
  const { before, after, created } = await writeMonitored(api, id, change, dryRun)
  if (before === after) {
    remark(context, 'note', `${title}: nothing had to be changed`)
    return
  }
  const which = `Namespace${names.length === 1 ? '' : 's'} [${names.join(', ')}]`
  const sentence = `${which} ${dryRun ? 'would be' : 'successfully'} ${on ? 'written into' : 'taken out of'} ${title}`
  const lines = dryRun ? [...textLines(`configmap/${id.name} -n ${id.namespace}`, before, after), `${sentence} (dry run)`] : [sentence]
  context.stdout.write(lines.map((line) => `${printable(line)}\n`).join(''))
  if (created) await remarkOnNew(api, { id, names }, context)
}

/** A ConfigMap that comes into being ends the rule that the annotation names the namespaces. */
async function remarkOnNew(
  api: ClusterApi,
  { id, names }: { readonly id: ConfigMapId; readonly names: readonly string[] },
  context: Context,
): Promise<void> {
  const others = (await ifAllowed(enabledNamespaces(api, context)))?.filter((name) => !names.includes(name)) ?? []
  const are = others.length === 1 ? 'is no longer. Add it' : 'are no longer. Add them'
  const also = others.length === 0 ? '' : `: ${others.join(', ')} ${are}: ${forCluster(commandFor(true, others, id), context.cluster)}`
  const counts = isUsual(id)
    ? 'from now on what it does not name is not scraped'
    : 'where discover.configMap of a collector names it, what it does not name is not scraped there'
  remark(context, 'note', `ConfigMap [${idText(id)}] is new; ${counts}, enabled or not${also}`)
}

/** The names that the ConfigMap holds; none where it cannot be read, which is said when it is to be written. */
export const listedIn = async (api: ClusterApi, id: ConfigMapId): Promise<readonly string[]> =>
  (await ifAllowed(monitoredIn(api, id))) ?? []

/** Where the ConfigMap says something else than the namespaces now do. Whoever may not read it is told nothing. */
export async function remarkOnConfigMap(api: ClusterApi, { on, names }: Names, context: Context): Promise<void> {
  const monitored = await ifAllowed(monitoredIn(api, usualConfigMap))
  const other = monitored && names.filter((name) => monitored.includes(name) !== on)
  if (!other || other.length === 0) return
  const says = on ? 'does not name' : 'still names'
  const command = forCluster(commandFor(on, other, usualConfigMap), context.cluster)
  remark(context, 'note', `ConfigMap [${idText(usualConfigMap)}] ${says} ${other.join(', ')}: ${command}`)
}

const isUsual = (id: ConfigMapId) => idText(id) === idText(usualConfigMap)

function commandFor(on: boolean, names: readonly string[], id: ConfigMapId): string {
  const at = isUsual(id) ? '' : ` ${idText(id)}`
  return `mesh-telemetry ${on ? 'metrics enable' : 'metrics disable'} --namespace ${names.join(',')} --configmap${at}`
}

async function enabledNamespaces(api: ClusterApi, { signal }: Context): Promise<string[]> {
  const names: string[] = []
  const take = (items: readonly unknown[]) => {
    const enabled = items
      .map((item) => namespaceForm.parse(item))
      .filter((one) => !isIgnored(one, 'auto') && switchOf(one.annotations, 'metrics', 'auto') === true)
    names.push(...enabled.map(({ name }) => name))
  }
  await api.list('/api/v1/namespaces', take, { signal })
  return [...new Set(names)]
}

/** What helps, but is no part of what was asked for: without the right to it, it is left out. */
async function ifAllowed<T>(asked: Promise<T>): Promise<T | undefined> {
  try {
    return await asked
  } catch (error) {
    if (error instanceof Problem) return undefined
    throw error
  }
}
