import { type Dialect, type DialectName, dialects } from '../model/dialect.ts'
import type { Namespace, Pod } from './objects.ts'
import type { DiscoverOptions } from './options.ts'

export type DialectOption = DiscoverOptions['mesh']['dialect']

type KnownDialect = (typeof dialects)[DialectName]

/** The dialects that may be met. */
export function spoken(option: DialectOption): readonly KnownDialect[] {
  return option === 'auto' ? Object.values(dialects) : [dialects[option]]
}

/** The value of `<prefix>/<key>` in labels or annotations, whichever dialect's prefix it has; empty is absent. */
function valueOf(texts: Readonly<Record<string, string>>, key: string, option: DialectOption): string | undefined {
  for (const { keyPrefix } of spoken(option)) {
    const value = texts[`${keyPrefix}/${key}`]
    if (value) return value
  }
  return undefined
}

/** The mesh that a namespace belongs to, as its label says; absent for one outside and for one that is to be ignored. */
export function meshOf(namespace: Namespace, option: DialectOption): string | undefined {
  return isIgnored(namespace, option) ? undefined : valueOf(namespace.labels, 'monitored-by', option)
}

/** `ignore: "true"` keeps a namespace out of every mesh, whatever else it is labelled. */
export function isIgnored({ labels, annotations }: Namespace, option: DialectOption): boolean {
  return valueOf(labels, 'ignore', option) === 'true' || valueOf(annotations, 'ignore', option) === 'true'
}

/** What switches something on or off for OSM. Source: openservicemesh/osm pkg/injector/metrics.go. */
const switchValues = new Map([
  ...['enabled', 'yes', 'true'].map((word) => [word, true] as const),
  ...['disabled', 'no', 'false'].map((word) => [word, false] as const),
])

/** A switch among annotations: `undefined` when absent or empty, `{ wrong }` when the mesh does not know its value. */
export function switchOf(
  annotations: Namespace['annotations'],
  key: string,
  option: DialectOption,
): boolean | { readonly wrong: string } | undefined {
  const value = valueOf(annotations, key, option)
  return value === undefined ? undefined : (switchValues.get(value.toLowerCase()) ?? { wrong: value })
}

/** Whether the injector gave the pod a sidecar. */
export function hasSidecar({ labels }: Pod, { proxyLabel }: Dialect): boolean {
  return Boolean(labels[proxyLabel])
}

/**
 * Which mesh a pod's sidecar is of: the option, else by the proxy label and, where meshes share it, by the sidecar's container. The one that is usual where
 * nothing tells.
 */
export function dialectOf(pod: Pod, option: DialectOption, usual: DialectName = 'osm'): DialectName {
  if (option !== 'auto') return option
  const labelled = Object.values(dialects).filter((dialect) => hasSidecar(pod, dialect))
  const names = new Set([...pod.containers, ...Object.keys(pod.containerIds)])
  return (labelled.find(({ containers }) => containers.some((container) => names.has(container))) ?? labelled[0] ?? dialects[usual]).name
}
