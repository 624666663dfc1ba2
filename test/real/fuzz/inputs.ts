import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { readConfigMap } from '../../../src/discover/configmap.ts'
import { readGroups } from '../../../src/discover/file-sd/groups.ts'
import { readManifest } from '../../../src/discover/manifests/reader.ts'
import { mutated } from './mutations.ts'
import { inTime, outcome } from './outcome.ts'

const read = (path: string) => readFileSync(new URL(`../../../${path}`, import.meta.url))

const toml = Buffer.from(`[osm_metric_collection_configuration]
  [osm_metric_collection_configuration.settings]
    # a comment
    monitor_namespaces = ["bookbuyer", 'bookstore', """shop"""]
    other = { a = 1979-05-27T07:32:00Z, b = [1, 0x10, nan], "c d" = true }
`)
const tomlWords = [
  '[',
  ']',
  '[[',
  '=',
  '"',
  '"""',
  "'''",
  '.',
  '#',
  '\\u',
  '\\',
  '\n',
  '{',
  '}',
  ',',
  '__proto__',
  'inf',
  '_',
  '\0',
  '\xff',
  '['.repeat(3_000),
  '{a='.repeat(2_000),
]

/** A ConfigMap is good or has a problem. */
export const configMap = fc.property(mutated([toml], tomlWords), (text) => {
  const data = { 'schema-version': 'v1', 'osm-metric-collection-configuration': text.toString() }
  const { monitored, problems } = inTime(() => readConfigMap({ namespace: 'kube-system', name: 'x', data }))
  if (!monitored && problems.length === 0) throw new Error('it is neither good nor bad')
  if (monitored?.namespaces.some((name) => !/^[a-z0-9-]{1,63}$/.test(name))) throw new Error('it names what is no namespace')
})

const manifests = ['configmaps/container-azm-ms-osmconfig.yaml', 'test/cases/discover/aks/manifests/control-plane.yaml'].map(read)
const groups = [
  Buffer.from('- targets: ["10.0.0.1:15010", "[fd00::1]:15010"]\n  labels: { source_namespace: shop, __metrics_path__: /stats }\n'),
]
const yamlWords = [
  '\n',
  ' ',
  ':',
  ': ',
  '- ',
  '|',
  '>',
  '&a',
  '*a',
  '<<: *a',
  '---\n',
  '...\n',
  '"',
  "'",
  '{',
  '}',
  '[',
  ']',
  '!!binary ',
  '!!js/function ',
  '#',
  '%YAML 1.1\n',
  '\t',
  '\0',
  '\xff',
  '__proto__',
  '[['.repeat(1_000),
  '- '.repeat(1_000),
]
/** Files of discovery are read, or have a problem. */
export const manifest = fc.property(mutated([...manifests, ...groups], yamlWords), fc.constantFrom('a.yaml', 'a.json'), (bytes, file) => {
  const text = bytes.toString()
  outcome(() => readManifest(text, file).pods.length)
  outcome(() => readGroups(text, file).length)
})
