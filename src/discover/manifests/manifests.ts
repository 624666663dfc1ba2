import { resolve } from 'node:path'
import { discover, type History, noHistory } from '../discover.ts'
import type { Discovery, DiscoveryContext } from '../discovery.ts'
import { FileDiscovery } from '../files/file-discovery.ts'
import { FollowedFiles } from '../files/followed-files.ts'
import type { DiscoverOptions } from '../options.ts'
import { readNotes } from '../notes.ts'
import { objectsOf } from './merge.ts'
import { readManifest } from './reader.ts'

/** Discovery from a folder of Kubernetes objects as YAML or JSON, as `kubectl get -o yaml` writes them; followed live. */
export function createManifests(options: DiscoverOptions, context: DiscoveryContext): Discovery {
  const files = new FollowedFiles([resolve(context.baseDirectory, options.manifests.path)], readManifest)
  const settings = { ...options, allowLoopback: context.allowLoopback }
  let history: History = { ...noHistory, ...readNotes(context.notes) }
  return new FileDiscovery(
    files,
    (look) => {
      const round = discover(objectsOf(look), settings, history)
      history = round.history
      return round.found
    },
    context,
  )
}
