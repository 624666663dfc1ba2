import type { Discovery, DiscoveryContext } from './discovery.ts'
import { createFileSd } from './file-sd/file-sd.ts'
import { createKubernetes } from './kubernetes/kubernetes.ts'
import { createManifests } from './manifests/manifests.ts'
import type { DiscoverOptions } from './options.ts'

interface DiscoveryKind {
  readonly source: DiscoverOptions['source']
  readonly create: (options: DiscoverOptions, context: DiscoveryContext) => Discovery
}

/** Where the objects can come from: one more source is one more entry, and its name in the options. */
const discoveryKinds: readonly DiscoveryKind[] = [
  { source: 'kubernetes', create: createKubernetes },
  { source: 'manifests', create: createManifests },
  { source: 'file_sd', create: createFileSd },
]

/** The discovery that the options ask for, not started yet. */
export function createDiscovery(options: DiscoverOptions, context: DiscoveryContext): Discovery {
  const kind = discoveryKinds.find(({ source }) => source === options.source)
  if (!kind) throw new TypeError(`there is no discovery ${options.source}`)
  return kind.create(options, context)
}
