import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { parse, parseAllDocuments } from 'yaml'
import { loadConfig } from '../../src/config/load.ts'
import { openPaths } from '../../src/http/routes/health.ts'
import {
  type DeployedObject,
  deployFiles,
  deployText,
  kustomizationOf,
  kustomizations,
  namedBy,
  type NetworkPolicy,
  objectsOf,
  onlyOne,
  overlays,
  type Service,
  type StatefulSet,
} from '../support/deployment.ts'
import { execForm, instructionsOf } from '../support/dockerfile.ts'

const root = join(import.meta.dirname, '../..')
const read = (file: string) => readFileSync(join(root, file), 'utf8')
const { version } = JSON.parse(read('package.json')) as { version: string }
const instructions = instructionsOf(read('Dockerfile'))
const ofImage = (keyword: string) => instructions.findLast((instruction) => instruction.keyword === keyword)?.text ?? ''

const one = <T extends DeployedObject>(kind: string): T => onlyOne<T>(kind, objectsOf('base'))
const everything = kustomizations.flatMap(objectsOf)

const set = one<StatefulSet>('StatefulSet').spec
const pod = set.template.spec
const [container] = pod.containers
const mountOf = (name: string) => container.volumeMounts.find((mount) => mount.name === name)?.mountPath ?? ''
const configOf = (env: Readonly<Record<string, string>> = {}) => loadConfig(deployText('base/config.yaml'), { file: 'config.yaml', env })

describe('the files', () => {
  it('are each named by a kustomization, and those named are there', () => {
    const named = kustomizations.flatMap(namedBy)
    const present = new Set([...deployFiles, ...kustomizations])
    const isThere = (path: string) => present.has(path) || existsSync(join(root, 'deploy', path, 'kustomization.yaml'))
    expect(named.filter((path) => !isThere(path))).toEqual([])
    const forUsers = ['bearer-token', 'cadvisor', 'grafana', 'jaeger', 'node-identity', 'openshift', 'service-monitor'].map(
      (name) => `components/${name}`,
    )
    const entries = new Set(['README.md', ...overlays, 'base', ...forUsers])
    const reached = (path: string): boolean =>
      named.includes(path) || entries.has(path) || (path.endsWith('/kustomization.yaml') && reached(dirname(path)))
    expect(deployFiles.filter((path) => !reached(path))).toEqual([])
  })

  it('are YAML', () => {
    const faults = deployFiles
      .filter((file) => file.endsWith('.yaml'))
      .flatMap((file) => parseAllDocuments(deployText(file)).flatMap(({ errors }) => errors.map(({ message }) => `${file}: ${message}`)))
    expect(faults).toEqual([])
  })

  it('hold objects with a name, each once per overlay', () => {
    const keys = (folder: string) => objectsOf(folder).map(({ kind, metadata: { namespace = '', name } }) => `${kind} ${namespace}/${name}`)
    for (const folder of ['base', ...overlays]) expect(keys(folder)).toEqual([...new Set(keys(folder))])
    expect(everything.every(({ apiVersion, kind, metadata }) => apiVersion && kind && metadata.name)).toBe(true)
  })

  it('nowhere say to Prometheus that this is to be scraped by annotation', () => {
    const written = (file: string) => JSON.stringify(parseAllDocuments(deployText(file)).map((document) => document.toJS() as unknown))
    expect(deployFiles.filter((file) => file.endsWith('.yaml') && written(file).includes('prometheus.io/'))).toEqual([])
  })

  it('are of this version', () => {
    const { images = [], labels = [] } = kustomizationOf('base')
    expect(images).toEqual([{ name: container.image, newTag: version }])
    expect(labels[0]?.pairs['app.kubernetes.io/version']).toBe(version)
  })
})

describe('the pod', () => {
  it('holds to Pod Security "restricted", as its namespace asks', () => {
    expect(one<DeployedObject>('Namespace').metadata.labels).toMatchObject({ 'pod-security.kubernetes.io/enforce': 'restricted' })
    expect(pod.securityContext).toMatchObject({ runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } })
    expect(container.securityContext).toEqual({
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ['ALL'] },
    })
  })

  it('is the user of the image, and its volume belongs to the group', () => {
    const uid = Number(ofImage('USER').split(':')[0])
    expect(pod.securityContext).toMatchObject({ runAsUser: uid, runAsGroup: uid, fsGroup: uid })
  })

  it('has its configuration where the image looks for it', () => {
    const [{ name, files } = { name: '', files: [] }] = kustomizationOf('base').configMapGenerator ?? []
    expect(pod.volumes.find((volume) => volume.name === 'config')?.configMap.name).toBe(name)
    expect(execForm(ofImage('CMD'))).toContain(`${mountOf('config')}/${files[0]}`)
  })

  it('keeps its state in the volume, which is where the image writes', () => {
    expect(configOf().state.path).toBe(mountOf('state'))
    expect(ofImage('VOLUME')).toBe(mountOf('state'))
    expect(set.volumeClaimTemplates.map(({ metadata }) => metadata.name)).toEqual(['state'])
  })

  it('has two ports, which image, configuration, Service, policy and probes agree on', () => {
    const { http, traces } = configOf()
    const expected = [
      { name: 'http-metrics', containerPort: http.listen.port },
      { name: 'http-spans', containerPort: traces.listen?.port },
    ]
    expect([http.listen.host, traces.listen?.host]).toEqual(['0.0.0.0', '0.0.0.0'])
    expect(container.ports).toEqual(expected)
    expect(ofImage('EXPOSE').split(' ').map(Number)).toEqual(expected.map(({ containerPort }) => containerPort))
    expect(one<Service>('Service').spec.ports).toEqual(
      expected.map(({ name, containerPort }) => expect.objectContaining({ name, port: containerPort, targetPort: name }) as unknown),
    )
    const open = one<NetworkPolicy>('NetworkPolicy').spec.ingress.flatMap(({ ports }) => ports.map(({ port }) => port))
    expect(open).toEqual(expected.map(({ name }) => name))
    for (const { httpGet } of [container.startupProbe, container.livenessProbe, container.readinessProbe]) {
      expect(httpGet.port).toBe('http-metrics')
      expect(openPaths).toContain(httpGet.path)
    }
  })

  it('is found by Service, policy and its own set', () => {
    const { labels } = set.template.metadata
    expect(labels).toMatchObject(set.selector.matchLabels)
    expect(labels).toMatchObject(one<Service>('Service').spec.selector)
    expect(labels).toMatchObject(one<NetworkPolicy>('NetworkPolicy').spec.podSelector.matchLabels)
    expect(set.serviceName).toBe(one<DeployedObject>('Service').metadata.name)
  })

  it('is alone: sums have one writer', () => {
    expect(set.replicas).toBe(1)
  })

  it('gets the time that the collector takes to end', () => {
    const [, stopWithinMs = ''] = /const stopWithinMs = ([\d_]+)/.exec(read('src/cli/run.ts')) ?? []
    expect(pod.terminationGracePeriodSeconds * 1_000).toBeGreaterThan(Number(stopWithinMs.replaceAll('_', '')) + 5_000)
  })

  it('stays outside of the mesh', () => {
    expect(one<DeployedObject>('Namespace').metadata.labels).toMatchObject({ 'openservicemesh.io/ignore': 'true' })
    expect(one<DeployedObject>('Namespace').metadata.annotations).toMatchObject({ 'openservicemesh.io/sidecar-injection': 'disabled' })
    expect(set.template.metadata.annotations).toMatchObject({ 'openservicemesh.io/sidecar-injection': 'disabled' })
  })
})

describe('the configuration', () => {
  it('asks the API server and needs no token from those who ask it', () => {
    const { discover, http } = configOf()
    expect(discover.source).toBe('kubernetes')
    expect(http.bearerTokenFile).toBeUndefined()
  })

  it('answers to the names of the Service, so that no web page can make its own name point here', () => {
    const { name, namespace } = one<DeployedObject>('Service').metadata
    const full = `${name}.${namespace}.svc.cluster.local`.split('.')
    expect(configOf().http.hosts).toEqual([1, 2, 3, 5].map((parts) => full.slice(0, parts).join('.')))
  })

  it('takes the token that components/bearer-token mounts', () => {
    const [{ patch } = { patch: '' }] = kustomizationOf('components/bearer-token').patches ?? []
    const [patched] = (parse(patch) as StatefulSet).spec.template.spec.containers
    const { name = '', value = '' } = patched.env?.[0] ?? {}
    expect(dirname(value)).toBe(patched.volumeMounts[0]?.mountPath)
    expect(configOf({ [name]: value }).http.bearerTokenFile).toBe(value)
  })
})

describe('components/cadvisor', () => {
  const patches = kustomizationOf('components/cadvisor').patches ?? []
  const patchOf = (kind: string) => patches.find(({ target }) => (target as { kind: string }).kind === kind)?.patch ?? ''

  it('is off without it, and has kubelets asked with it', () => {
    const [{ env: [{ name, value } = { name: '', value: '' }] = [] }] = (parse(patchOf('StatefulSet')) as StatefulSet).spec.template.spec
      .containers
    expect(configOf().scrape.cadvisor.from).toBe('off')
    expect(configOf({ [name]: value }).scrape.cadvisor).toMatchObject({ from: 'kubelet', insecureSkipVerify: false })
  })

  it('reads token and authorities where Kubernetes puts those of the pod', () => {
    expect(pod.automountServiceAccountToken).toBe(true)
    const { tokenFile, caFile } = configOf().scrape.cadvisor
    expect([tokenFile, caFile].map(dirname)).toEqual(Array(2).fill('/var/run/secrets/kubernetes.io/serviceaccount'))
  })

  it('opens the port of kubelets', () => {
    expect(parse(patchOf('NetworkPolicy'))).toEqual([
      { op: 'add', path: '/spec/egress/-', value: { ports: [{ port: 10_250, protocol: 'TCP' }] } },
    ])
  })
})

describe('components/node-identity', () => {
  const metadata = { to: [{ ipBlock: { cidr: '169.254.169.254/32' } }], ports: [{ port: 80, protocol: 'TCP' }] }

  it('alone opens the metadata service of the node, and that on its one port', () => {
    const [{ target, patch } = { target: {}, patch: '' }] = kustomizationOf('components/node-identity').patches ?? []
    expect(target).toMatchObject({ kind: 'NetworkPolicy' })
    expect(parse(patch)).toEqual([{ op: 'add', path: '/spec/egress/-', value: metadata }])
    const others = deployFiles.filter((file) => !file.startsWith('components/node-identity/') && deployText(file).includes('ipBlock: {'))
    expect(others).toEqual([])
  })
})

describe('components/jaeger', () => {
  it('opens the ports that spans are sent to by default, of pods that take spans', () => {
    const [{ target, patch } = { target: {}, patch: '' }] = kustomizationOf('components/jaeger').patches ?? []
    expect(target).toMatchObject({ kind: 'NetworkPolicy' })
    const [{ path, value }] = parse(patch) as [{ path: string; value: { to: object[]; ports: { port: number }[] } }]
    expect(path).toBe('/spec/egress/-')
    expect(value.to[0]).toEqual({ namespaceSelector: {}, podSelector: { matchLabels: { app: 'jaeger' } } })
    expect(value.ports.map(({ port }) => port)).toEqual([9411, 4318, 14268])
  })
})

describe('deploy/README.md', () => {
  const text = deployText('README.md')

  it('names every overlay, and only what there is', () => {
    expect(overlays.filter((overlay) => !text.includes(`\`${overlay}\``))).toEqual([])
    const paths = [...text.matchAll(/\b((?:overlays|components|base)\/[\w./-]+\w)/g)].map(([, path = '']) => path)
    expect(paths.filter((path) => !existsSync(join(root, 'deploy', path)))).toEqual([])
  })

  it('names the tag of this version', () => {
    const tags = [...text.matchAll(/mesh-telemetry:(\d[\w.]*)|newTag: ([\w.]+)/g)].map(([, tag, newTag]) => tag ?? newTag)
    expect(new Set(tags)).toEqual(new Set([version]))
  })
})
