import { resolve } from 'node:path'
import type { Discovery, DiscoveryContext } from '../discovery.ts'
import { FileDiscovery } from '../files/file-discovery.ts'
import { FollowedFiles } from '../files/followed-files.ts'
import type { DiscoverOptions } from '../options.ts'
import { readNotes } from '../notes.ts'
import { discoverEndpoints, type EndpointHistory, noEndpointHistory } from './endpoints.ts'
import { readGroups } from './groups.ts'

/** Discovery from files in the format of Prometheus' `file_sd_configs`: endpoints without Kubernetes; followed live. */
export function createFileSd(options: DiscoverOptions, context: DiscoveryContext): Discovery {
  const paths = options.file_sd.paths.map((path) => resolve(context.baseDirectory, path))
  const settings = { dialect: options.mesh.dialect, allowLoopback: context.allowLoopback }
  let history: EndpointHistory = { ...noEndpointHistory, watches: readNotes(context.notes).watches }
  return new FileDiscovery(
    new FollowedFiles(paths, readGroups),
    (look) => {
      const round = discoverEndpoints(look, settings, history)
      history = round.history
      return round.found
    },
    context,
  )
}
