import type { ClusterApi } from '../discover/kubernetes/cluster-api.ts'
import type { Option } from './command.ts'
import type { ClusterChoice } from './named-cluster.ts'

/** Which cluster a command asks, and as whom; as kubectl has them. */
export const clusterOptions = {
  kubeconfig: {
    flags: '--kubeconfig <file>',
    help: 'how to reach the cluster; else $KUBECONFIG, ~/.kube/config, or the pod that this runs in',
  } as Option<string | undefined>,
  context: { flags: '--context <name>', help: 'the context in it; else its current one' } as Option<string | undefined>,
} as const

/**
 * The cluster that a command was told of, or the one that kubectl would ask. Whoever opens it closes it.
 *
 * @throws {Problem} `kubernetes_no_access`
 */
export async function openCluster({ kubeconfig, context }: ClusterChoice): Promise<ClusterApi> {
  const { connectCluster } = await import('../discover/kubernetes/cluster.ts') // much to load, and nothing to it for the other commands
  return connectCluster({ ...(kubeconfig !== undefined && { kubeconfig }), ...(context !== undefined && { context }) })
}
