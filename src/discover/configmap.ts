import { parse, TomlError } from 'smol-toml'
import { z } from 'zod'
import type { InputProblem } from '../model/discovered.ts'
import type { Place } from '../runtime/problem.ts'
import type { ConfigMap } from './objects.ts'
import { discoverProblems, inputProblem } from './problems.ts'

/** What a good ConfigMap says. */
export interface Monitored {
  /** Each once, in the order written. */
  readonly namespaces: readonly string[]
  readonly configVersion?: string
}

export const listKey = 'osm-metric-collection-configuration'

/** Where the list stands in the TOML: table, table, list. */
const listPath = ['osm_metric_collection_configuration', 'settings', 'monitor_namespaces'] as const

/** Azure's agent cuts `config-version` to this length. Source: microsoft/Docker-Provider, tomlparser-osm-config.rb. */
const configVersionLength = 10

/** RFC 1123 label, which is what Kubernetes asks of a namespace's name. */
export const namespaceName = /^[a-z0-9](?:[-a-z0-9]{0,61}[a-z0-9])?$/

/** An empty list names nothing, and so does one that is commented out, as in the file that Azure publishes: then its table is empty. */
const form = z.object({
  osm_metric_collection_configuration: z
    .object({ settings: z.object({ monitor_namespaces: z.array(z.string()).default([]) }).prefault({}) })
    .prefault({}),
})

/**
 * Reads `container-azm-ms-osmconfig`: which namespaces it names.
 *
 * @returns `monitored` is absent when the ConfigMap is bad: the last good one stays in force. Problems can come with a good one too (an entry
 * that is left out or counted once); lines are the file's, where the ConfigMap came from a file
 */
export function readConfigMap(configMap: ConfigMap): { readonly monitored?: Monitored; readonly problems: readonly InputProblem[] } {
  const { 'schema-version': schemaVersion, 'config-version': configVersion, [listKey]: toml } = configMap.data
  const title = `The ConfigMap ${configMap.namespace}/${configMap.name}`
  const place = configMap.place ?? {}
  if (schemaVersion !== 'v1') {
    const written = schemaVersion === undefined ? 'no schema-version' : `the schema-version ${JSON.stringify(schemaVersion)}`
    const at = placeOf(configMap, 'schema-version')
    return { problems: [inputProblem(discoverProblems.configmap_schema_version, `${title} has ${written}; only "v1" is read.`, at)] }
  }
  if (toml === undefined) return { problems: [inputProblem(discoverProblems.configmap_key_missing, `${title} has no ${listKey}.`, place)] }

  const read = readToml(toml)
  if ('wrong' in read) {
    const { wrong, line, column } = read
    const where = [`line ${line}`, ...(column === undefined ? [] : [`column ${column}`])].join(', ')
    const message = `${title}: ${listKey}, ${where}: ${wrong}`
    return { problems: [inputProblem(discoverProblems.configmap_malformed, message, placeOf(configMap, listKey, line))] }
  }
  const written = read.namespaces
  const namespaces = [...new Set(written)].filter((name) => namespaceName.test(name))
  const listPlace = placeOf(configMap, listKey, lineOfList(toml))
  return {
    monitored: { namespaces, ...(configVersion && { configVersion: configVersion.slice(0, configVersionLength) }) },
    problems: oddEntries(written).map(({ kind, message }) => inputProblem(kind, `${title} ${message}`, listPlace)),
  }
}

type Read = { readonly namespaces: readonly string[] } | { readonly wrong: string; readonly line: number; readonly column?: number }

function readToml(toml: string): Read {
  try {
    const written = parse(toml)
    const misspelt = misspeltKey(written)
    if (misspelt) {
      const { found, meant } = misspelt
      return { wrong: `${JSON.stringify(found)} is not known here; did you mean ${meant}?`, line: lineOf(toml, found) }
    }
    const { success, data, error } = form.safeParse(written)
    if (success) return { namespaces: data.osm_metric_collection_configuration.settings.monitor_namespaces }
    const [issue] = error.issues
    return { wrong: `${issue?.path.join('.')} is not what is wanted here: ${issue?.message}.`, line: lineOfList(toml) }
  } catch (error) {
    if (!(error instanceof TomlError)) throw error
    const [, wrong = error.message] = /^(?:Invalid TOML document: )?(.*)/.exec(error.message) ?? []
    return { wrong: `${wrong}.`, line: error.line, column: error.column }
  }
}

/** What stands where a table or the list is wanted and is not there. Keys beside what is wanted are someone else's settings. */
function misspeltKey(written: unknown): { readonly found: string; readonly meant: string } | undefined {
  let table = written
  for (const meant of listPath) {
    if (typeof table !== 'object' || table === null || Array.isArray(table)) return undefined
    const entries = new Map<string, unknown>(Object.entries(table))
    if (!entries.has(meant)) {
      const found = [...entries.keys()].find((key) => beginning(key) === beginning(meant)) ?? entries.keys().next().value
      return found === undefined ? undefined : { found, meant }
    }
    table = entries.get(meant)
  }
  return undefined
}

const beginning = (key: string) => key.slice(0, 4).toLowerCase()

function oddEntries(written: readonly string[]) {
  const once = [...new Set(written)]
  const invalid = once.filter((name) => !namespaceName.test(name))
  const repeated = once.filter((name) => written.indexOf(name) !== written.lastIndexOf(name))
  return [
    ...invalid.map((name) => ({
      kind: discoverProblems.configmap_namespace_invalid,
      message: `names ${JSON.stringify(name)}, which cannot be a namespace.`,
    })),
    ...repeated.map((name) => ({
      kind: discoverProblems.configmap_namespace_repeated,
      message: `names ${JSON.stringify(name)} more than once.`,
    })),
  ]
}

/** The line of the TOML text that sets a key or heads a table of that name; the first one where there is none. */
function lineOf(toml: string, key: string): number {
  const names = (line: string) => line.split(/[#=]/)[0]?.split(/[\s.[\]"']+/) ?? []
  return toml.split('\n').findIndex((line) => names(line).includes(key)) + 1 || 1
}

const lineOfList = (toml: string) => lineOf(toml, listPath[2])

/** Where a line of one of the values stands in the file; the object's own place where the value is not written line by line. */
function placeOf({ place = {}, dataLines }: ConfigMap, key: string, line = 1): Place {
  const first = dataLines?.[key]
  return first === undefined ? place : { ...place, line: first + line - 1 }
}
