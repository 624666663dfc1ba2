import { Problem } from '../runtime/problem.ts'
import { durationText } from '../runtime/units.ts'
import { clusterOptions, openCluster } from './cluster.ts'
import { type ClusterPlaceChoice, type CollectorPlace, type Place, placeIn } from './cluster-place.ts'
import { CollectorClient } from './collector-client.ts'
import type { Option, Values } from './command.ts'
import type { Context } from './context.ts'
import { namespaceIn } from './namespace-names.ts'
import { serverOptions } from './options.ts'
import { cliProblems } from './problems.ts'
import { remark } from './remarks.ts'

/** Where a collector listens when nobody says otherwise. */
const usualServer = new URL('http://127.0.0.1:9464')
/** Who is on this machine answers at once. */
const localTimeoutMs = 2_000

export const placeOptions = {
  ...serverOptions,
  ...clusterOptions,
  collectorNamespace: {
    flags: '--collector-namespace <name>',
    help: 'where in the cluster the collector runs, for who may not look everywhere',
    parse: namespaceIn,
  } as Option<string | undefined>,
} as const

export type PlaceChoice = Values<typeof placeOptions> & Pick<ClusterPlaceChoice, 'localPort'>

/**
 * Whom to ask: the server that was named; else, where no cluster was named, the collector on this machine; else the collector in the cluster through a
 * port-forward; else the cluster itself. Whoever asked closes it.
 *
 * @param local where a collector on this machine is looked for
 * @throws {Problem} `server_unreachable` where the collector on this machine is silent, or there is neither one nor a cluster; of `kubernetesProblems`
 */
export async function findPlace(choice: PlaceChoice, context: Context, local = usualServer): Promise<Place> {
  const { server, tokenFile, kubeconfig, context: contextName, collectorNamespace } = choice
  if (server) return serverPlace({ server, tokenFile }, context)
  const clusterNamed = [kubeconfig, contextName, collectorNamespace].some((named) => named !== undefined)
  if (!clusterNamed) {
    const presence = await new CollectorClient({ server: local, tokenFile, timeoutMs: localTimeoutMs }, context).presence()
    if (presence === 'collector') return serverPlace({ server: local, tokenFile }, context)
    if (presence === 'silent') throw silent(local)
  }
  const api = await openCluster(choice).catch((error: unknown) => {
    throw clusterNamed ? error : nowhere(local, error)
  })
  try {
    return await placeIn(api, choice, context)
  } catch (error) {
    await api.close()
    throw error
  }
}

/** Says on standard error who answers, unless a person named it. */
export function sayPlace(place: Place, { server }: Pick<PlaceChoice, 'server'>, context: Context): void {
  if (server) return
  if (place.kind === 'collector') return remark(context, 'note', `asked ${place.title}`)
  remark(context, 'note', `asked ${place.title} itself, once, with your rights, and nothing was scraped: ${place.lack.what}`)
}

/**
 * The collector at a place where nothing else will do.
 *
 * @throws {Problem} `collector_missing`
 */
export function requireCollector(place: Place): CollectorPlace {
  if (place.kind === 'collector') return place
  const { what, remedy } = place.lack
  throw new Problem({ ...cliProblems.collector_missing, remedy }, `${place.title} was asked for its collector: ${what}`)
}

function serverPlace(access: { readonly server: URL; readonly tokenFile: string | undefined }, context: Context): CollectorPlace {
  const { server } = access
  const client = new CollectorClient(access, context)
  const log = 'It goes to standard error, where the collector runs.'
  return { kind: 'collector', client, title: `the collector at ${server.origin}`, address: server.host, log, close: async () => {} }
}

/** What listens is most likely the collector that is meant: another one in its stead would be mistaken for it. */
function silent(local: URL): Problem {
  const remedy = `If that is your collector, it is stuck or stopped: ss -ltnp shows its process. To ask another one: --server URL, or --context NAME for the one in a cluster.`
  return new Problem(
    { ...cliProblems.server_unreachable, remedy },
    `something listens at ${local.origin}, takes connections and gives no answer within ${durationText(localTimeoutMs)}`,
  )
}

function nowhere(local: URL, error: unknown): unknown {
  if (!(error instanceof Problem)) return error
  return new Problem(cliProblems.server_unreachable, `no collector answers at ${local.origin}, and no cluster is known: ${error.message}`)
}
