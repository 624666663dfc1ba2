/** How a list of an API server is read. */
interface Read {
  readonly resource: string
  readonly namespace?: string | null | undefined
  readonly state: string
}

/** What may not be read. */
export interface Unread {
  /** Kinds of objects of which nothing may be read: `daemonsets in kube-system`, and what therefore is not known. */
  readonly kinds: readonly { readonly title: string; readonly leavesOpen: string }[]
  /** Named namespaces whose pods may not be read. */
  readonly namespaces: readonly string[]
}

const leavesOpen: Readonly<Record<string, string>> = {
  namespaces: 'which namespaces are in the mesh',
  configmaps: 'whether a ConfigMap names the namespaces',
  meshconfigs: 'whether WASM statistics are on',
  daemonsets: "whether Azure's agent collects the same",
}

/** What may not be read, whatever is read in its stead: who may not read all pods may read those of the named namespaces. */
export function unreadOf(reads: readonly Read[], named: readonly string[]): Unread {
  const isRefused = ({ state }: Read) => state === 'refused'
  const kinds = [...Map.groupBy(reads, ({ resource }) => resource)].flatMap(([resource, [first, ...others]]) => {
    if (!first || ![first, ...others].every(isRefused)) return []
    const title = first.namespace ? `${resource} in ${first.namespace}` : resource
    return [{ title, leavesOpen: leavesOpen[resource] ?? 'who is to be scraped' }]
  })
  const hidden = reads.filter((read) => isRefused(read) && read.resource === 'pods').map(({ namespace }) => namespace)
  return { kinds, namespaces: named.filter((name) => hidden.includes(name)) }
}

/** `daemonsets in kube-system (whether …) and meshconfigs in osm-system (whether …)` */
export const unreadText = ({ kinds }: Unread): string => kinds.map(({ title, leavesOpen: open }) => `${title} (${open})`).join(' and ')
