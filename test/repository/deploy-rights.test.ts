import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { loadConfig } from '../../src/config/load.ts'
import { readConfigMap } from '../../src/discover/configmap.ts'
import {
  type DeployedObject,
  deployText,
  kustomizationOf,
  kustomizations,
  namedBy,
  objectsOf,
  onlyOne,
  overlays,
  type StatefulSet,
} from '../support/deployment.ts'

interface Role extends DeployedObject {
  readonly rules: readonly {
    readonly resources: readonly string[]
    readonly verbs: readonly string[]
    readonly resourceNames?: readonly string[]
  }[]
}

interface Binding extends DeployedObject {
  readonly roleRef: { readonly kind: string; readonly name: string }
  readonly subjects: readonly { readonly kind: string; readonly name: string; readonly namespace: string }[]
}

const everything = kustomizations.flatMap(objectsOf)

describe('the rights', () => {
  const roles = everything.filter(({ kind }) => kind === 'Role' || kind === 'ClusterRole') as Role[]
  const bindings = everything.filter(({ kind }) => kind.endsWith('Binding')) as Binding[]

  it('never allow a write, nor anything by pattern', () => {
    const rules = roles.flatMap((role) => role.rules)
    expect(rules.length).toBeGreaterThan(4)
    expect(rules.flatMap(({ verbs }) => verbs).filter((verb) => !['get', 'list', 'watch'].includes(verb))).toEqual([])
    const resources = rules.flatMap((rule) => rule.resources)
    // Metrics alone of all that a kubelet does.
    expect(resources.filter((resource) => /[*/]|secrets/.test(resource))).toEqual(['nodes/metrics'])
  })

  it("are bound to the collector's account alone, each role where it is", () => {
    const { name, namespace } = onlyOne('ServiceAccount', objectsOf('base')).metadata
    const pod = onlyOne<StatefulSet>('StatefulSet', objectsOf('base')).spec.template.spec
    expect(pod.serviceAccountName).toBe(name)
    expect(pod.automountServiceAccountToken).toBe(true)
    for (const { kind, metadata, roleRef, subjects } of bindings) {
      expect(subjects).toEqual([{ kind: 'ServiceAccount', name, namespace }])
      expect(`${roleRef.kind}Binding`).toBe(kind)
      expect(roles.map((role) => `${role.metadata.namespace}/${role.metadata.name}`)).toContain(`${metadata.namespace}/${roleRef.name}`)
    }
  })

  it('of nodes are a component of their own, which no overlay has', () => {
    const ofNodes = (folder: string) =>
      (objectsOf(folder).filter(({ kind }) => kind.endsWith('Role')) as Role[]).flatMap(({ rules }) =>
        rules.filter(({ resources }) => resources.some((resource) => resource.startsWith('nodes'))),
      )
    expect(overlays.flatMap(ofNodes)).toEqual([])
    expect(ofNodes('components/cadvisor').map(({ resources, verbs }) => [...resources, ...verbs].join(' '))).toEqual([
      'nodes list watch',
      'nodes/metrics get',
    ])
  })

  it('name the ConfigMap that the configuration names', () => {
    const { configMap } = loadConfig(deployText('base/config.yaml'), { file: 'config.yaml', env: {} }).discover
    const role = onlyOne<Role>('Role', objectsOf('base'))
    expect(role.metadata.namespace).toBe(configMap.namespace)
    expect(role.rules.find(({ resources }) => resources.includes('configmaps'))?.resourceNames).toEqual([configMap.name])
  })

  it('can be had for just the namespaces of the ConfigMap and of the control plane', () => {
    const configMap = parse(readFileSync(join(import.meta.dirname, '../../configmaps/container-azm-ms-osmconfig.yaml'), 'utf8')) as {
      data: Record<string, string>
    }
    const { monitored } = readConfigMap({ namespace: 'kube-system', name: 'container-azm-ms-osmconfig', data: configMap.data })
    const folder = 'overlays/restricted-rights'
    const granted = namedBy(folder).filter((path) => path.startsWith(`${folder}/namespaces/`))
    expect(granted.map((path) => kustomizationOf(path).namespace)).toEqual([...(monitored?.namespaces ?? []), 'osm-system'])
    const deleted = (kustomizationOf(folder).patches ?? []).map(({ patch }) => (parse(patch) as DeployedObject).kind)
    expect(deleted).toEqual(objectsOf('base').flatMap(({ kind }) => (kind.startsWith('ClusterRole') ? [kind] : [])))
  })
})
