import type { InputProblem } from '../model/discovered.ts'
import { shellWord } from '../runtime/shell.ts'
import { type Monitored, readConfigMap } from './configmap.ts'
import { isIgnored, spoken, switchOf } from './keys.ts'
import type { Namespace, Objects } from './objects.ts'
import type { DiscoverOptions } from './options.ts'
import { discoverProblems, inputProblem } from './problems.ts'
import { enableMetrics } from './reasons.ts'

/** Which namespaces are named, and how. */
export interface Naming {
  /** Sorted, each once. */
  readonly names: readonly string[]
  readonly rule: string
  readonly problems: readonly InputProblem[]
  /** What the ConfigMap says, or said when it was good last; absent while there is none. */
  readonly monitored?: Monitored
  /** How a person names one more namespace. */
  readonly add: (namespace: string) => string
  /** How a person changes what the ConfigMap says; absent where none counts. */
  readonly edit?: string
}

export type NamingOptions = Pick<DiscoverOptions, 'namespaces' | 'configMap' | 'mesh'>

/**
 * Which namespaces are named for scraping.
 *
 * @param last what the ConfigMap said when it was good last: it stays in force while the ConfigMap is bad, not when it is gone
 */
export function nameNamespaces(objects: Objects, options: NamingOptions, last: Monitored | undefined): Naming {
  const { namespaces: wanted, configMap: id } = options
  const configMap = fromConfigMap(objects, options, last)
  const annotation = fromAnnotations(objects.namespaces, options)
  const none = `${objects.configMapUntold ? 'nobody may tell whether there is a' : 'there is no'} ConfigMap ${id.namespace}/${id.name}`
  switch (wanted) {
    case 'auto':
      return configMap ?? { ...annotation, rule: `${none}, so ${annotation.rule}` }
    case 'annotation':
      return annotation
    case 'configMap':
      return (
        configMap ?? {
          names: [],
          rule: `${none}, so no namespace is named`,
          problems: objects.configMapUntold
            ? []
            : [inputProblem(discoverProblems.configmap_missing, `There is no ConfigMap ${id.namespace}/${id.name}.`)],
          add: (namespace) => enableMetrics(namespace, id),
        }
      )
    case 'either':
      return {
        ...configMap,
        names: sorted([...(configMap?.names ?? []), ...annotation.names]),
        rule: `${configMap?.rule ?? none}; ${annotation.rule}`,
        problems: [...(configMap?.problems ?? []), ...annotation.problems],
        add: annotation.add,
      }
  }
}

function fromConfigMap(
  { configMaps, configMapUntold = false }: Objects,
  { configMap: id, namespaces: wanted }: NamingOptions,
  last: Monitored | undefined,
): Naming | undefined {
  const found = configMaps.find(({ namespace, name }) => namespace === id.namespace && name === id.name)
  const title = `the ConfigMap ${id.namespace}/${id.name}`
  const command = `kubectl edit configmap ${shellWord(id.name)} -n ${shellWord(id.namespace)}`
  const byCommand = (namespace: string) => enableMetrics(namespace, id)
  if (!found) {
    if (!configMapUntold || !last) return undefined // else it was read once, and now it may not be
    return {
      names: sorted(last.namespaces),
      rule: `${title} ${listed(last.namespaces)}; that is its last good state`,
      problems: [],
      monitored: last,
      add: byCommand,
      edit: command,
    }
  }
  const { monitored: good, problems: faults } = readConfigMap(found)
  const monitored = good ?? last
  const file = found.place?.file
  const edit = file === undefined ? command : `edit ${file}`
  const meanwhile = good ? '' : monitored ? inForce.lastGood : wanted === 'either' ? inForce.annotation : inForce.nothing
  const problems = faults.map((fault) => ({ ...fault, remedy: `${fault.remedy}${meanwhile} Here: ${edit}` }))
  const mendFirst = () => `Mend the ConfigMap first: ${edit}` // no command writes into a bad one
  if (!monitored) {
    const rule = `${title} cannot be used${wanted === 'either' ? '' : ', so no namespace is named'}`
    return { names: [], rule, problems, add: mendFirst, edit }
  }
  const version = monitored.configVersion === undefined ? '' : ` (config-version ${monitored.configVersion})`
  const rule = `${title}${version} ${listed(monitored.namespaces)}${good ? '' : '; that is its last good state'}`
  const byHand = (namespace: string) => `Add "${namespace}" to monitor_namespaces of the ConfigMap: ${edit}`
  const add = good ? (file === undefined ? byCommand : byHand) : mendFirst
  return { names: sorted(monitored.namespaces), rule, problems, monitored, add, edit }
}

/** What holds while the ConfigMap is bad. */
const inForce = {
  lastGood: ' The last good ConfigMap stays in force until then.',
  annotation: ' Until then only the annotation names namespaces.',
  nothing: ' No good one is known: no namespace is scraped until then.',
}

function fromAnnotations(namespaces: readonly Namespace[], { mesh: { dialect } }: NamingOptions): Naming {
  const keys = [...new Set(spoken(dialect).map(({ keyPrefix }) => `${keyPrefix}/metrics`))].join(' or ')
  const read = namespaces
    .filter((namespace) => !isIgnored(namespace, dialect))
    .map((namespace) => ({ namespace, value: switchOf(namespace.annotations, 'metrics', dialect) }))
  const names = sorted(read.filter(({ value }) => value === true).map(({ namespace }) => namespace.name))
  const problems = read.flatMap(({ namespace: { name, place }, value }) => {
    if (typeof value !== 'object') return []
    const message = `The annotation ${keys} of the namespace ${name} is ${JSON.stringify(value.wrong)}; the mesh knows only enabled, yes, true, disabled, no and false.`
    const remedy = `Write a valid value: mesh-telemetry metrics enable --namespace ${name}, or mesh-telemetry metrics disable --namespace ${name}.`
    return [{ ...inputProblem(discoverProblems.metrics_annotation_invalid, message, place), remedy }]
  })
  return { names, rule: `the annotation ${keys} ${listed(names)}`, problems, add: (namespace) => enableMetrics(namespace) }
}

const sorted = (names: readonly string[]) => [...new Set(names)].sort()

const listed = (names: readonly string[]) => (names.length === 0 ? 'names no namespace' : `names ${sorted(names).join(', ')}`)
