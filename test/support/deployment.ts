import { globSync, readFileSync, statSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { parse, parseAllDocuments } from 'yaml'

const root = join(import.meta.dirname, '../../deploy')

/** A Kubernetes object as it stands in `deploy/`. */
export interface DeployedObject {
  readonly apiVersion: string
  readonly kind: string
  readonly metadata: {
    readonly name: string
    readonly namespace?: string
    readonly labels?: Readonly<Record<string, string>>
    readonly annotations?: Readonly<Record<string, string>>
  }
  readonly [field: string]: unknown
}

export interface Kustomization {
  readonly namespace?: string
  readonly resources?: readonly string[]
  readonly components?: readonly string[]
  readonly configMapGenerator?: readonly { readonly name: string; readonly files: readonly string[] }[]
  readonly labels?: readonly { readonly pairs: Readonly<Record<string, string>> }[]
  readonly images?: readonly { readonly name: string; readonly newTag: string }[]
  readonly patches?: readonly { readonly target?: object; readonly patch: string }[]
}

interface Probe {
  readonly httpGet: { readonly path: string; readonly port: string }
}

export interface StatefulSet extends DeployedObject {
  readonly spec: {
    readonly replicas: number
    readonly serviceName: string
    readonly selector: { readonly matchLabels: Readonly<Record<string, string>> }
    readonly volumeClaimTemplates: readonly { readonly metadata: { readonly name: string } }[]
    readonly template: {
      readonly metadata: { readonly labels: Readonly<Record<string, string>>; readonly annotations: Readonly<Record<string, string>> }
      readonly spec: {
        readonly serviceAccountName: string
        readonly automountServiceAccountToken: boolean
        readonly terminationGracePeriodSeconds: number
        readonly securityContext: Readonly<Record<string, unknown>>
        readonly volumes: readonly { readonly name: string; readonly configMap: { readonly name: string } }[]
        readonly containers: readonly [
          {
            readonly name: string
            readonly image: string
            readonly env?: readonly { readonly name: string; readonly value: string }[]
            readonly ports: readonly { readonly name: string; readonly containerPort: number }[]
            readonly volumeMounts: readonly { readonly name: string; readonly mountPath: string }[]
            readonly securityContext: object
            readonly startupProbe: Probe
            readonly livenessProbe: Probe
            readonly readinessProbe: Probe
          },
        ]
      }
    }
  }
}

export interface Service extends DeployedObject {
  readonly spec: {
    readonly selector: Readonly<Record<string, string>>
    readonly ports: readonly { readonly name: string; readonly port: number; readonly targetPort: string }[]
  }
}

export interface NetworkPolicy extends DeployedObject {
  readonly spec: {
    readonly podSelector: { readonly matchLabels: Readonly<Record<string, string>> }
    readonly ingress: readonly { readonly ports: readonly { readonly port: string }[] }[]
  }
}

/** Paths below `deploy/`, with `/`. */
export const deployFiles: readonly string[] = globSync('**/*', { cwd: root })
  .filter((path) => statSync(join(root, path)).isFile())
  .map((path) => path.replaceAll('\\', '/'))
  .sort()

/** Folders below `deploy/`. */
export const kustomizations: readonly string[] = deployFiles.filter((file) => file.endsWith('/kustomization.yaml')).map(dirname)

export const overlays: readonly string[] = globSync('overlays/*', { cwd: root })
  .map((path) => path.replaceAll('\\', '/'))
  .sort()

export const deployText = (path: string): string => readFileSync(join(root, path), 'utf8')
export const kustomizationOf = (folder: string): Kustomization => parse(deployText(`${folder}/kustomization.yaml`)) as Kustomization

/** The files and folders that a kustomization names, as paths below `deploy/`. */
export function namedBy(folder: string): string[] {
  const { resources = [], components = [], configMapGenerator = [] } = kustomizationOf(folder)
  return [...resources, ...components, ...configMapGenerator.flatMap(({ files }) => files)].map((name) => below(join(folder, name)))
}

/** The objects of a kustomization and of those that it names, as written: what patches and generators would make of them is left to kustomize. */
export function objectsOf(folder: string): DeployedObject[] {
  const { resources = [], components = [], namespace } = kustomizationOf(folder)
  const objects = [...resources, ...components].flatMap((name) => {
    const path = below(join(folder, name))
    return path.endsWith('.yaml')
      ? parseAllDocuments(deployText(path)).map((document) => document.toJS() as DeployedObject)
      : objectsOf(path)
  })
  return namespace === undefined ? objects : objects.map((object) => ({ ...object, metadata: { ...object.metadata, namespace } }))
}

/** The object of a kind, which there is once. */
export function onlyOne<T extends DeployedObject>(kind: string, objects: readonly DeployedObject[]): T {
  const [object, ...others] = objects.filter((candidate) => candidate.kind === kind)
  if (!object || others.length > 0) throw new Error(`there is not one ${kind} but ${others.length + (object ? 1 : 0)}`)
  return object as T
}

/** Namespace, account, roles and bindings of a kustomization: what the collector's pod may do. */
export const accessOf = (folder: string): DeployedObject[] =>
  objectsOf(folder).filter(({ kind }) => /^(Namespace|ServiceAccount|(Cluster)?Role(Binding)?)$/.test(kind))

const below = (path: string) => relative(root, join(root, path)).replaceAll('\\', '/')
