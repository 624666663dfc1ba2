import type { ClusterApi } from '../discover/kubernetes/cluster-api.ts'
import { Problem } from '../runtime/problem.ts'
import { openCluster } from './cluster.ts'
import { findPlace, placeOptions, requireCollector, sayPlace } from './collector-place.ts'
import { command, type Option, type Values } from './command.ts'
import { type Context, exitCodes } from './context.ts'
import { findGrafana, type GrafanaPod, showGrafana } from './dashboard-grafana.ts'
import { showPage } from './dashboard-page.ts'
import { osmNamespaceOption } from './meshes.ts'
import { cliProblems } from './problems.ts'
import { remark } from './remarks.ts'

/** Grafana's own, and the one that osm takes here. Source: openservicemesh/osm cmd/cli/dashboard.go. */
const usualPort = 3000

const { server, kubeconfig, context, collectorNamespace } = placeOptions // the page asks for the token itself

const options = {
  grafana: { flags: '--grafana', help: 'the Grafana that came with the mesh, as "osm dashboard"' } as Option<boolean | undefined>,
  osmNamespace: { ...osmNamespaceOption, help: 'the Grafana in this namespace' },
  remotePort: {
    flags: '-r, --remote-port <port>',
    help: 'the port of that Grafana; else 3000',
    parse: (text) => portIn(text, 1),
  } as Option<number | undefined>,
  localPort: {
    flags: '-p, --local-port <port>',
    help: 'the port of this machine that leads to the cluster; else 3000, or where that is taken any free one',
    parse: (text) => portIn(text, 0),
  } as Option<number | undefined>,
  browser: { flags: '--no-browser', help: 'only print the address' } as Option<boolean>,
  openBrowser: { flags: '-b, --open-browser [yes]', help: 'as osm has it: -b=false is --no-browser', parse: yesIn } as Option<
    boolean | undefined
  >,
  server,
  kubeconfig,
  context,
  collectorNamespace,
} as const

export const dashboardCommand = command({
  name: 'dashboard',
  summary: "Open the collector's page in the browser, or the Grafana of a mesh.",
  options,
  notes: `What it opens:
  The page of the collector at --server; else, unless a cluster is named, of the
  one on this machine (http://127.0.0.1:9464); else of the one in the cluster,
  through a port-forward. With --grafana, --osm-namespace or --remote-port, and
  where the cluster has no collector: the Grafana that came with the mesh, as
  "osm dashboard" does.

What it prints:
  The address. A port-forward stays open until Ctrl-C, and with it the command.
  Where there is no browser nothing fails.

Examples:
  $ mesh-telemetry dashboard
  $ mesh-telemetry dashboard --context production --no-browser
  $ mesh-telemetry dashboard --grafana -p 3001`,
  async run(args, context) {
    const forGrafana = args.grafana === true || args.osmNamespace !== undefined || args.remotePort !== undefined
    await (forGrafana ? showGrafanaOf : showWhatThereIs)(args, context)
    return exitCodes.fine
  },
})

type Args = Values<typeof options>

async function showGrafanaOf(args: Args, context: Context): Promise<void> {
  if (args.server) throw new Problem(cliProblems.options_contradict, '--server names a collector, and another option asks for Grafana')
  const api = await openCluster(args)
  try {
    await showGrafana(api, { ...(await findGrafana(api, args.osmNamespace, context.signal)), ...wayOf(args) }, context)
  } finally {
    await api.close()
  }
}

/** The collector's page, and Grafana where there is none. */
async function showWhatThereIs(args: Args, context: Context): Promise<void> {
  const way = wayOf(args)
  const place = await findPlace({ ...args, tokenFile: undefined, localPort: way.localPort }, context)
  try {
    const grafana = place.kind === 'cluster' && place.lack.reason === 'none' ? await grafanaOrNone(place.api, context) : undefined
    if (place.kind === 'collector' || !grafana) {
      const collector = requireCollector(place)
      sayPlace(collector, args, context)
      return await showPage(collector, way, context)
    }
    remark(context, 'note', `${place.lack.what}: this is the Grafana of its mesh`)
    return await showGrafana(place.api, { ...grafana, ...way }, context)
  } finally {
    await place.close()
  }
}

/** That there is no collector is what has to be mended, and not why there is no Grafana either. */
async function grafanaOrNone(api: ClusterApi, { signal }: Context): Promise<GrafanaPod | undefined> {
  try {
    return await findGrafana(api, undefined, signal)
  } catch (error) {
    if (error instanceof Problem) return undefined
    throw error
  }
}

const wayOf = ({ localPort, remotePort = usualPort, openBrowser = true, browser }: Args) => ({
  remotePort,
  localPort: { port: localPort ?? usualPort, orAnyFree: localPort === undefined },
  inBrowser: openBrowser && browser,
})

function portIn(text: string, least: number): number {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN
  if (!(port >= least && port <= 65_535)) throw new Error(`It is a port from ${least} to 65535.`)
  return port
}

/** As Go's flags have it: `-b=false` too. Source: pkg.go.dev/strconv ParseBool. */
function yesIn(text: string): boolean {
  const word = text.replace(/^=/, '')
  if (/^(?:1|t|T|true|TRUE|True)$/.test(word)) return true
  if (/^(?:0|f|F|false|FALSE|False)$/.test(word)) return false
  throw new Error('It is true or false.')
}
