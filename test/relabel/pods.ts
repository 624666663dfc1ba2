import type { PodIdentity, Target } from '../../src/model/target.ts'

/** A pod as discovery tells of it: `shop/bookbuyer-7d4cdc5f9b-kx2wp`, owned by `ReplicaSet/bookbuyer-7d4cdc5f9b`. */
export function podOf(path: string, facts: { readonly owner?: string; readonly app?: string } = {}): PodIdentity {
  const [namespace = '', name = ''] = path.split('/')
  const [kind = '', owner = ''] = facts.owner?.split('/') ?? []
  return {
    namespace,
    name,
    uid: `uid of ${path}`,
    ...(facts.app !== undefined && { app: facts.app }),
    ...(owner && { controller: { kind, name: owner } }),
  }
}

export function targetOf(pod: PodIdentity | undefined, facts: Partial<Target> & { readonly address?: string } = {}): Target {
  const { address = '10.0.0.1:15010', ...rest } = facts
  return {
    id: pod?.uid ?? address,
    url: new URL(`http://${address}/stats/prometheus`),
    kind: 'sidecar',
    dialect: 'osm',
    labels: {},
    bornWatched: true,
    terminating: false,
    ...(pod && { pod }),
    ...rest,
  }
}
