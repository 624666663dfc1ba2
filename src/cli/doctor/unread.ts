import type { InputProblem } from '../../model/discovered.ts'

/** The right that is missing, and what grants it. */
type Lack = Pick<InputProblem, 'code' | 'message' | 'remedy'>

/** How a list of an API server is read. */
interface Read {
  readonly resource: string
  readonly namespace?: string | null | undefined
  readonly state: string
  readonly problem?: Lack | null | undefined
}

/** What may not be read. */
export interface Unread {
  /** Kinds of objects of which nothing may be read: `daemonsets in kube-system`, what therefore is not known, and the right that is missing. */
  readonly kinds: readonly { readonly resource: string; readonly title: string; readonly leavesOpen: string; readonly lack?: Lack }[]
  /** Named namespaces whose pods may not be read. */
  readonly namespaces: readonly string[]
}

const leavesOpen: Readonly<Record<string, string>> = {
  namespaces: 'which namespaces are in the mesh',
  configmaps: 'whether a ConfigMap names the namespaces',
  nodes: 'which nodes to ask for what containers use',
  meshconfigs: 'whether WASM statistics are on',
  daemonsets: "whether Azure's agent collects the same",
}

/** What may not be read, whatever is read in its stead: who may not read all pods may read those of the named namespaces. */
export function unreadOf(reads: readonly Read[], named: readonly string[]): Unread {
  const isRefused = ({ state }: Read) => state === 'refused'
  const kinds = [...Map.groupBy(reads, ({ resource }) => resource)].flatMap(([resource, [first, ...others]]) => {
    if (!first || ![first, ...others].every(isRefused)) return []
    const title = first.namespace ? `${resource} in ${first.namespace}` : resource
    const { problem } = first
    const lack = problem && { lack: { code: problem.code, message: problem.message, remedy: problem.remedy } }
    return [{ resource, title, leavesOpen: leavesOpen[resource] ?? 'who is to be scraped', ...lack }]
  })
  const hidden = reads.filter((read) => isRefused(read) && read.resource === 'pods').map(({ namespace }) => namespace)
  return { kinds, namespaces: named.filter((name) => hidden.includes(name)) }
}

/** `daemonsets in kube-system (whether …) and meshconfigs in osm-system (whether …)` */
export const unreadText = ({ kinds }: Unread): string => kinds.map(({ title, leavesOpen: open }) => `${title} (${open})`).join(' and ')
