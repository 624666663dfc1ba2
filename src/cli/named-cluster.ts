import { shellWord } from '../runtime/shell.ts'

/** What a command was told about the cluster. */
export interface ClusterChoice {
  readonly kubeconfig: string | undefined
  readonly context: string | undefined
}

/** Not within a longer name, nor in what `kubectl exec … --` passes on to a pod, whose own cluster is meant. */
const begins = String.raw`(?<![\w./@-])(?<!-- )`
/** What grants a right: the user that was named lacks it, and mostly lacks the right to grant it too. */
const grant = String.raw`kubectl create (?:cluster)?role(?:binding)? `
const granting = new RegExp(String.raw`(?<end>[.] )?${begins}(?<command>${grant})`)
const kubectl = new RegExp(String.raw`${begins}(?!${grant})kubectl(?= [a-z])`, 'g')
/** Those of our commands that take `clusterOptions`. */
const ours = new RegExp(
  String.raw`${begins}mesh-telemetry (?:targets|edges|rows|spans|doctor|dashboard|metrics (?:enable|disable)|namespace list|mesh list)(?![\w-])`,
  'g',
)
/** They have no such flags in all versions. Source: openservicemesh/osm and flomesh-io/fsm, pkg/cli/environment.go. */
const meshTool = new RegExp(String.raw`${begins}(?<tool>osm|fsm) (?:namespace|proxy) [a-z]+`)

/**
 * A text whose commands act on the cluster that the command line named, as they stand on the one that is current; as it is where none was named. Who grants
 * a right there is somebody else, who reaches it in another way.
 */
export function forCluster(text: string, cluster: ClusterChoice | undefined): string {
  const { kubeconfig, context } = cluster ?? {}
  if (kubeconfig === undefined && context === undefined) return text
  const flags = [
    ...(kubeconfig === undefined ? [] : [` --kubeconfig ${shellWord(kubeconfig)}`]),
    ...(context === undefined ? [] : [` --context ${shellWord(context)}`]),
  ].join('')
  const flagged = text
    .replaceAll(kubectl, (head) => head + flags)
    .replaceAll(ours, (head) => head + flags)
    .replace(granting, (_, end: string | undefined, command: string, at: number) => {
      const who = end !== undefined || at === 0 ? 'Somebody' : 'somebody'
      return `${end ?? ''}${who} who may grant rights in ${titleOf({ kubeconfig, context })} types: ${command}`
    })
  const tool = meshTool.exec(text)?.groups?.tool
  if (tool === undefined) return flagged
  const before = [
    ...(kubeconfig === undefined ? [] : [`export KUBECONFIG=${shellWord(kubeconfig)}`]),
    ...(context === undefined ? [] : [`kubectl config use-context ${shellWord(context)} (it stays your current context)`]),
  ].join(' && ')
  return `Point ${tool} to that cluster first: ${before}. ${flagged}`
}

function titleOf({ kubeconfig, context }: ClusterChoice): string {
  if (context === undefined) return `the cluster of the kubeconfig ${kubeconfig}`
  return `the cluster of the context "${context}"${kubeconfig === undefined ? '' : ` in ${kubeconfig}`}`
}

/** The same for each `remedy` in an answer, however deep it stands. */
export function remediesForCluster<T>(answer: T, cluster: ClusterChoice | undefined): T {
  if (cluster?.kubeconfig === undefined && cluster?.context === undefined) return answer
  return JSON.parse(
    JSON.stringify(answer, (key, value: unknown) => (key === 'remedy' && typeof value === 'string' ? forCluster(value, cluster) : value)),
  ) as T
}
