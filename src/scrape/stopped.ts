/** How containers end, as kubelets call it. Source: kubernetes/kubernetes pkg/kubelet, container runtimes. */
const ends = new Set(['Error', 'Completed', 'OOMKilled'])
/** Those of which one was started again, or is about to be. */
const again = new Set(['CrashLoopBackOff', 'NotReady'])

/**
 * What shows why a container does not run. Where it never began, as with an image that cannot be pulled, there is no log.
 *
 * @param reason why it does not run: `CrashLoopBackOff`, `Error`
 * @param pod as kubectl takes it: `cart -n shop`
 */
export function commandsFor(reason: string, pod: string, container: string): string {
  const log = `, kubectl logs ${pod} -c ${container}`
  const hasEnded = ends.has(reason) || reason.startsWith('exit code ')
  const shown = again.has(reason) ? `${log} --previous` : hasEnded ? log : ''
  return `kubectl describe pod ${pod}${shown}`
}
