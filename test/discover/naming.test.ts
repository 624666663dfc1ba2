import { describe, expect, it } from 'vitest'
import type { ConfigMap } from '../../src/discover/objects.ts'
import { Cluster, configMap, named, namespace, pod, toml } from './cluster.ts'

const title = 'ConfigMap kube-system/container-azm-ms-osmconfig'
const written = (text: string, data: ConfigMap['data'] = {}) => configMap('[]', { 'osm-metric-collection-configuration': text, ...data })
const without = (key: string): ConfigMap => {
  const { [key]: _, ...data } = named('bookstore').data
  return { ...named('bookstore'), data }
}

describe('the ConfigMap names', () => {
  it.each<[string, ConfigMap, string[], string]>([
    ['what its list holds', named('bookstore', 'bookbuyer'), ['bookbuyer', 'bookstore'], `the ${title} names bookbuyer, bookstore`],
    ['nothing with an empty list', named(), [], `the ${title} names no namespace`],
    [
      'nothing with a list that is commented out',
      written(toml('[]').replace('monitor', '# monitor')),
      [],
      `the ${title} names no namespace`,
    ],
    ['nothing with an empty text', written(''), [], `the ${title} names no namespace`],
    ['what its list holds, other settings beside it', written(`${toml('["b"]')}    interval = "1m"\n`), ['b'], `the ${title} names b`],
    [
      'the same under a long version, which is cut',
      configMap('["a"]', { 'config-version': 'version-2024-05-01' }),
      ['a'],
      `the ${title} (config-version version-20) names a`,
    ],
  ])('%s', (_, object, namespaces, rule) => {
    expect(new Cluster().look({ configMaps: [object] })).toMatchObject({ namespaces, rule, problems: [] })
  })

  it.each<[string, ConfigMap, string[], string, string]>([
    ['each once', named('a', 'b', 'a', 'a'), ['a', 'b'], 'configmap_namespace_repeated', '"a" more than once'],
    ['nothing that no namespace can be called', named('a', 'Book_Store'), ['a'], 'configmap_namespace_invalid', '"Book_Store"'],
    ['no patterns', named('*'), [], 'configmap_namespace_invalid', '"*"'],
  ])('%s, and says so', (_, object, namespaces, code, message) => {
    const found = new Cluster().look({ configMaps: [object] })
    expect(found).toMatchObject({ namespaces, problems: [{ code, message: expect.stringContaining(message) }] })
  })
})

describe('a bad ConfigMap leaves the last good one in force', () => {
  const bad: [string, ConfigMap, string, string][] = [
    ['another schema version', configMap('["b"]', { 'schema-version': 'v2' }), 'configmap_schema_version', '"v2"; only "v1"'],
    ['no schema version', without('schema-version'), 'configmap_schema_version', 'no schema-version'],
    ['no key', without('osm-metric-collection-configuration'), 'configmap_key_missing', 'has no osm-metric-collection-configuration'],
    ['no TOML', written(toml('["b"')), 'configmap_malformed', 'line 4, column 1: '],
    ['no list', written(toml('"b"')), 'configmap_malformed', 'line 3: osm_metric_collection_configuration.settings.monitor_namespaces'],
    [
      'a list of something else',
      written(toml('["b", 1]')),
      'configmap_malformed',
      'line 3: osm_metric_collection_configuration.settings.monitor_namespaces.1',
    ],
    ['no table', written('osm_metric_collection_configuration = 1'), 'configmap_malformed', 'line 1: osm_metric_collection_configuration'],
    [
      'a list under a misspelt name',
      written(toml('["b"]').replace('monitor_namespaces', 'monitor_namespace')),
      'configmap_malformed',
      'line 3: "monitor_namespace" is not known here; did you mean monitor_namespaces?',
    ],
    [
      'a misspelt list beside another key',
      written(toml('["b"]').replace('monitor_namespaces', 'interval = "1m"\n    Monitor_Namespaces')),
      'configmap_malformed',
      'line 4: "Monitor_Namespaces" is not known here; did you mean monitor_namespaces?',
    ],
    [
      'only other keys',
      written(toml('["b"]').replace('monitor_namespaces', 'namespaces')),
      'configmap_malformed',
      'line 3: "namespaces" is not known here; did you mean monitor_namespaces?',
    ],
    [
      'a misspelt table',
      written(toml('["b"]').replace('.settings', '.setting')),
      'configmap_malformed',
      'line 2: "setting" is not known here; did you mean settings?',
    ],
    [
      'the list outside of its table',
      written('# TOML\nmonitor_namespaces = ["b"]'),
      'configmap_malformed',
      'line 2: "monitor_namespaces" is not known here; did you mean osm_metric_collection_configuration?',
    ],
  ]

  it.each(bad)('%s', (_, object, code, message) => {
    const cluster = new Cluster()
    cluster.look({ configMaps: [named('a')] })
    const found = cluster.look({ configMaps: [object] })
    expect(found).toMatchObject({ namespaces: ['a'], problems: [{ code, message: expect.stringContaining(message) }] })
    expect(found.rule).toBe(`the ${title} names a; that is its last good state`)
    expect(cluster.look({ configMaps: [named('b')] })).toMatchObject({ namespaces: ['b'], problems: [] })
  })

  it.each(bad)('and names nothing while there was no good one: %s', (_, object, code) => {
    const namespaces = [namespace('bookstore', { annotations: { 'openservicemesh.io/metrics': 'enabled' } })]
    expect(new Cluster().look({ configMaps: [object], namespaces })).toMatchObject({
      namespaces: [],
      rule: `the ${title} cannot be used, so no namespace is named`,
      problems: [{ code }],
    })
  })

  it.each(bad)('and says what holds until it is mended, and what to type: %s', (_, object) => {
    const namespaces = [namespace('bookstore', { annotations: { 'openservicemesh.io/metrics': 'enabled' } })]
    const remedyOf = (cluster: Cluster) => cluster.look({ configMaps: [object], namespaces }).problems[0]?.remedy
    const after = new Cluster()
    after.look({ configMaps: [named('a')] })
    const command = 'Here: kubectl edit configmap container-azm-ms-osmconfig -n kube-system'
    expect(remedyOf(after)).toContain(`. The last good ConfigMap stays in force until then. ${command}`)
    expect(remedyOf(new Cluster())).toContain(`. No good one is known: no namespace is scraped until then. ${command}`)
    expect(remedyOf(new Cluster({ namespaces: 'either' }))).toContain(`. Until then only the annotation names namespaces. ${command}`)
  })

  it('and names the ConfigMap of the options to edit, also for one entry that is wrong', () => {
    const cluster = new Cluster({ configMap: { namespace: 'monitoring', name: 'mine' } })
    const { problems } = cluster.look({ configMaps: [{ ...named('a', 'a'), namespace: 'monitoring', name: 'mine' }] })
    expect(problems.map(({ remedy }) => remedy)).toEqual([
      'Delete all but one of them from monitor_namespaces. Here: kubectl edit configmap mine -n monitoring',
    ])
  })

  it('and is mended before namespaces are added to it', () => {
    const look = (rule: 'auto' | 'either') =>
      new Cluster({ namespaces: rule }).look({ configMaps: [configMap('1')], namespaces: [namespace('a')] }).dropped[0]?.remedy
    expect(look('auto')).toBe('Mend the ConfigMap first: kubectl edit configmap container-azm-ms-osmconfig -n kube-system')
    expect(look('either')).toBe('mesh-telemetry metrics enable --namespace a')
  })

  it('also while its last good state is in force: no command writes into a bad one', () => {
    const cluster = new Cluster()
    cluster.look({ configMaps: [named('b')] })
    const { dropped } = cluster.look({ configMaps: [configMap('1')], namespaces: [namespace('a'), namespace('b')] })
    expect(dropped.map(({ remedy }) => remedy)).toEqual([
      'Mend the ConfigMap first: kubectl edit configmap container-azm-ms-osmconfig -n kube-system',
    ])
  })

  it('and says of nobody that he is not named whom the annotation names beside it', () => {
    const annotated = namespace('a', { annotations: { 'openservicemesh.io/metrics': 'enabled' } })
    expect(new Cluster({ namespaces: 'either' }).look({ configMaps: [configMap('1')], namespaces: [annotated] })).toMatchObject({
      namespaces: ['a'],
      rule: `the ${title} cannot be used; the annotation openservicemesh.io/metrics or flomesh.io/metrics names a`,
    })
  })

  it('but not when it was deleted in between', () => {
    const cluster = new Cluster()
    cluster.look({ configMaps: [named('a')] })
    cluster.look({ configMaps: [] })
    expect(cluster.look({ configMaps: [configMap('1')] }).namespaces).toEqual([])
  })

  it('and names the line of the file', () => {
    const place = { file: 'manifests/config.yaml', line: 3 }
    const object = { ...written(toml('["b"')), place, dataLines: { 'osm-metric-collection-configuration': 12 } }
    expect(new Cluster().look({ configMaps: [object] }).problems).toMatchObject([{ file: 'manifests/config.yaml', line: 15 }])
    expect(
      new Cluster().look({ configMaps: [{ ...object, dataLines: {} }] }).problems,
      'of the object, where the text is not written line by line',
    ).toMatchObject([{ line: 3 }])
  })
})

describe('who names the namespaces', () => {
  const annotated = (name: string, value: string, key = 'openservicemesh.io/metrics') => namespace(name, { annotations: { [key]: value } })
  const namespaces = [annotated('a', 'enabled'), namespace('b')]
  const key = 'openservicemesh.io/metrics or flomesh.io/metrics'

  it.each([
    ['auto', [named('b')], ['b'], `the ${title} names b`],
    ['auto', [], ['a'], `there is no ${title}, so the annotation ${key} names a`],
    ['configMap', [named('b')], ['b'], `the ${title} names b`],
    ['configMap', [], [], `there is no ${title}, so no namespace is named`],
    ['annotation', [named('b')], ['a'], `the annotation ${key} names a`],
    ['either', [named('b')], ['a', 'b'], `the ${title} names b; the annotation ${key} names a`],
    ['either', [], ['a'], `there is no ${title}; the annotation ${key} names a`],
  ] as const)('%s with the ConfigMaps %j', (rule, configMaps, names, sentence) => {
    expect(new Cluster({ namespaces: rule }).look({ namespaces, configMaps })).toMatchObject({ namespaces: names, rule: sentence })
  })

  it('misses the ConfigMap only where it alone counts', () => {
    const problems = (rule: 'auto' | 'configMap' | 'either') => new Cluster({ namespaces: rule }).look({}).problems.map(({ code }) => code)
    expect([problems('auto'), problems('either'), problems('configMap')]).toEqual([[], [], ['configmap_missing']])
  })

  it('is the ConfigMap of the options', () => {
    const cluster = new Cluster({ configMap: { namespace: 'monitoring', name: 'mine' } })
    expect(cluster.look({ configMaps: [named('a'), { ...named('b'), namespace: 'monitoring', name: 'mine' }] }).namespaces).toEqual(['b'])
  })

  it.each([
    [['enabled', 'Enabled', 'YES', 'true'], true],
    [['disabled', 'No', 'false', ''], false],
  ])('takes the annotation %j for %s', (values, on) => {
    for (const value of values) {
      expect(new Cluster().look({ namespaces: [annotated('a', value)] })).toMatchObject({ namespaces: on ? ['a'] : [], problems: [] })
    }
  })

  it('says when an annotation is neither', () => {
    const found = new Cluster().look({ namespaces: [{ ...annotated('a', 'on'), place: { file: 'ns.yaml', line: 7 } }] })
    expect(found).toMatchObject({
      namespaces: [],
      problems: [{ code: 'metrics_annotation_invalid', message: expect.stringContaining('"on"'), file: 'ns.yaml', line: 7 }],
    })
    const ofFsm = new Cluster().look({ namespaces: [annotated('a', 'on', 'flomesh.io/metrics')] })
    expect([found, ofFsm].map(({ problems }) => problems[0]?.remedy)).toEqual(
      [found, ofFsm].map(
        () => 'Write a valid value: mesh-telemetry metrics enable --namespace a, or mesh-telemetry metrics disable --namespace a.',
      ),
    )
  })

  it("reads fsm's annotation, where fsm may be met", () => {
    const of = [annotated('a', 'enabled', 'flomesh.io/metrics')]
    expect(new Cluster().look({ namespaces: of }).namespaces).toEqual(['a'])
    expect(new Cluster({ mesh: { dialect: 'osm' } }).look({ namespaces: of }).namespaces).toEqual([])
  })

  it('leaves out namespaces that every mesh ignores', () => {
    const ignored = { ...annotated('a', 'enabled'), labels: { ...namespace('a').labels, 'openservicemesh.io/ignore': 'true' } }
    expect(new Cluster().look({ namespaces: [ignored] })).toMatchObject({ namespaces: [], dropped: [] })
  })
})

describe('a namespace has an entry of its own', () => {
  it('when it is in the mesh and nothing names it', () => {
    const namespaces = [namespace('bookthief'), namespace('bookstore'), namespace('default', { labels: {} })]
    const found = new Cluster().look({ namespaces, pods: [pod({ namespace: 'bookthief' })], configMaps: [named('bookstore')] })
    expect(found.dropped).toEqual([
      {
        namespace: 'bookthief',
        reason: 'namespace_not_named',
        remedy: 'mesh-telemetry metrics enable --namespace bookthief --configmap',
      },
    ])
    expect(new Cluster().look({ namespaces: [namespace('bookthief')] }).dropped[0]?.remedy).toBe(
      'mesh-telemetry metrics enable --namespace bookthief',
    )
  })

  it('whose remedy writes it into the ConfigMap that counts', () => {
    const look = (settings: ConstructorParameters<typeof Cluster>[0], configMaps: ConfigMap[]) =>
      new Cluster(settings).look({ namespaces: [namespace('a')], configMaps }).dropped[0]?.remedy
    const id = { namespace: 'monitoring', name: 'mine' }
    const enable = 'mesh-telemetry metrics enable --namespace a'
    expect(look({ configMap: id }, [{ ...named(), ...id }])).toBe(`${enable} --configmap monitoring/mine`)
    expect(look({ namespaces: 'configMap' }, []), 'or makes it').toBe(`${enable} --configmap`)
    expect(look({ namespaces: 'either' }, [named()]), 'the annotation is enough').toBe(enable)
  })

  it('whose remedy is the same for every mesh', () => {
    const labelled = namespace('a', { labels: { 'flomesh.io/monitored-by': 'fsm' } })
    const injected = pod({ namespace: 'b', labels: { 'fsm-proxy-uuid': '2b1c' } })
    expect(new Cluster().look({ namespaces: [labelled], pods: [injected] }).dropped).toMatchObject([
      { namespace: 'a', remedy: 'mesh-telemetry metrics enable --namespace a' },
      { namespace: 'b', remedy: 'mesh-telemetry metrics enable --namespace b' },
    ])
  })

  it('also where only its pods are known, and they have sidecars', () => {
    const pods = [pod({ namespace: 'a' }), pod({ namespace: 'b', labels: {} })]
    expect(new Cluster().look({ pods }).dropped).toMatchObject([{ namespace: 'a', reason: 'namespace_not_named' }])
  })

  it('whose remedy names the file to edit, where the ConfigMap is in one', () => {
    const configMaps = [{ ...named('a'), place: { file: '/etc/config.yaml', line: 1 } }]
    expect(new Cluster().look({ namespaces: [namespace('a'), namespace('b')], configMaps }).dropped[0]?.remedy).toBe(
      'Add "b" to monitor_namespaces of the ConfigMap: edit /etc/config.yaml',
    )
  })

  it('when it is named and does not exist', () => {
    const found = new Cluster().look({ pods: [pod()], configMaps: [named('bookstore', 'bokstore')] })
    expect(found.dropped).toMatchObject([
      { namespace: 'bokstore', reason: 'namespace_unknown', remedy: expect.stringContaining('kubectl create namespace bokstore') },
    ])
  })

  it('which says the name that may be meant, of those that exist and are not named', () => {
    const namespaces = ['bookbuyer', 'bookstore', 'bookstore-v2'].map((name) => namespace(name))
    const look = (name: string) =>
      new Cluster().look({ namespaces, configMaps: [named('bookstore', name)] }).dropped.find((entry) => entry.namespace === name)?.remedy
    expect(look('bookbuyerr')).toBe(
      'There is no namespace bookbuyerr; did you mean bookbuyer? Write that into the ConfigMap, or take bookbuyerr out of it: kubectl edit configmap container-azm-ms-osmconfig -n kube-system. Or make it: kubectl create namespace bookbuyerr',
    )
    expect(look('bookstores')).not.toContain('did you mean bookstore?')
    expect(look('x')).toContain('kubectl create namespace x')
  })

  it.each([
    ['team-b', 'team-a'],
    ['shop-v2', 'shop-v1'],
    ['store2', 'store1'],
    ['shop-v2', 'shop'],
    ['prod-east', 'prod-west'],
    ['team-b-shop', 'team-a-shop'],
  ])('which takes %s for no slip of the pen where %s exists: they are a family', (name, existing) => {
    const { dropped } = new Cluster().look({ namespaces: [namespace(existing)], configMaps: [named(name)] })
    expect(dropped.find((entry) => entry.namespace === name)?.remedy).toBe(
      `There is no namespace ${name}. Make it: kubectl create namespace ${name}, or take it out of the ConfigMap: kubectl edit configmap container-azm-ms-osmconfig -n kube-system`,
    )
  })

  it('only of the mesh that is asked for', () => {
    const namespaces = [namespace('a'), namespace('b', { labels: { 'openservicemesh.io/monitored-by': 'other' } })]
    expect(new Cluster({ mesh: { name: 'other' } }).look({ namespaces }).dropped.map((entry) => entry.namespace)).toEqual(['b'])
  })
})
