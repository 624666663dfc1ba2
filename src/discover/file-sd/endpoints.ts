import { isIP } from 'node:net'
import { refusal } from '../../model/address.ts'
import type { Discovered, InputProblem } from '../../model/discovered.ts'
import type { Labels } from '../../model/labels.ts'
import { defaultEndpoints, type Target } from '../../model/target.ts'
import { bornWatched, follow, nobodySeen, type Watches } from '../born.ts'
import { isPath, isPort, urlOf } from '../endpoint.ts'
import type { Look } from '../files/followed-files.ts'
import type { DiscoverOptions } from '../options.ts'
import { discoverProblems, inputProblem } from '../problems.ts'
import { type KnownTargets, unchanged } from '../same-target.ts'
import { noteChanges } from '../notes.ts'
import type { FileEndpoint } from './groups.ts'

export interface EndpointSettings {
  readonly dialect: DiscoverOptions['mesh']['dialect']
  readonly allowLoopback: boolean
}

/** What one round hands to the next. */
export interface EndpointHistory {
  readonly watches: Watches
  readonly targets: KnownTargets
}

export const noEndpointHistory: EndpointHistory = { watches: nobodySeen, targets: new Map() }

/** All endpoints are watched as one. */
const scope = 'endpoints'

/**
 * Who is to be scraped of the endpoints that files name. Pure. An endpoint counts as born under our eyes when it appears after the first round, as a
 * pod does; one whose `__metrics_path__` is absent is asked for a sidecar's path.
 */
export function discoverEndpoints(
  { values, complete, problems }: Look<readonly FileEndpoint[]>,
  settings: EndpointSettings,
  history: EndpointHistory,
): { readonly found: Discovered; readonly history: EndpointHistory } {
  const { endpoints, odd } = checked(values.flat(), settings)
  const sightings = endpoints.map(({ id }) => ({ scope, uid: id, pending: false, target: id }))
  const watches = follow(history.watches, { scopes: [scope], sightings, complete: () => complete })
  const dialect = settings.dialect === 'auto' ? 'osm' : settings.dialect
  const all = endpoints.map(({ id, url, labels }): Target => {
    const born = bornWatched(watches, { scope, uid: id, pending: false, target: id })
    return { id, url, kind: 'sidecar', dialect, labels, bornWatched: born, terminating: false }
  })
  const { targets, known } = unchanged(history.targets, all)
  const rule = `the file_sd files name ${targets.length} ${targets.length === 1 ? 'endpoint' : 'endpoints'}`
  return {
    found: {
      targets,
      dropped: [],
      pods: [],
      paused: new Set(),
      rule,
      namespaces: [],
      problems: [...problems, ...odd],
      notes: noteChanges(history, { watches }),
    },
    history: { watches, targets: known },
  }
}

type Endpoint = Pick<Target, 'id' | 'url' | 'labels'>

/** Each good endpoint once, and what is wrong with the others. */
function checked(
  all: readonly FileEndpoint[],
  settings: EndpointSettings,
): { readonly endpoints: readonly Endpoint[]; readonly odd: readonly InputProblem[] } {
  const endpoints = new Map<string, Endpoint>()
  const odd: InputProblem[] = []
  for (const { address, labels, place } of all) {
    const read = readEndpoint(address, labels, settings)
    if ('wrong' in read)
      odd.push(
        inputProblem(discoverProblems.endpoint_refused, `The endpoint ${JSON.stringify(address)} is left out: ${read.wrong}.`, place),
      )
    else if (endpoints.has(read.id))
      odd.push(inputProblem(discoverProblems.object_repeated, `The endpoint ${read.id} stands here once more.`, place))
    else endpoints.set(read.id, read)
  }
  return { endpoints: [...endpoints.values()], odd }
}

/** A bare host has the usual port of its scheme, as in Prometheus. */
const hostAndPort = /^(?:\[(?<ipv6>[0-9a-fA-F:.]+)\]|(?<name>[^\s:/?#@[\]\\]+))(?::(?<port>\d+))?$/

function readEndpoint(address: string, labels: Labels, { allowLoopback }: EndpointSettings): Endpoint | { readonly wrong: string } {
  const scheme = labels.__scheme__ || 'http'
  const path = labels.__metrics_path__ || defaultEndpoints.sidecar.path
  const { ipv6, name = '', port = scheme === 'https' ? '443' : '80' } = hostAndPort.exec(address)?.groups ?? {}
  if (scheme !== 'http' && scheme !== 'https') return { wrong: `__scheme__ is ${JSON.stringify(scheme)}, not http or https` }
  if (!isPath(path)) return { wrong: `__metrics_path__ is ${JSON.stringify(path)}, which is no plain absolute path` }
  if (!isPort(port)) return { wrong: `${port} is no port from 1 to 65535` }
  const url = urlOf({ scheme, host: ipv6 ?? name, port, path })
  if (!url) return { wrong: 'it is no host:port' }
  // As the URL has it: other spellings of an address (0x7f.1) are plain there. A name is judged when it is connected to.
  const host = url.hostname.replace(/^\[|\]$/g, '')
  const word = isIP(host) === 0 ? undefined : refusal(host, { allowLoopback })
  if (word !== undefined) return { wrong: `its address is ${word}` }
  const instance = `${url.hostname}:${port}`
  const given = Object.entries(labels).filter(([label, value]) => !label.startsWith('__') && value !== '')
  return { id: `${instance}${path}`, url, labels: { instance, ...Object.fromEntries(given) } }
}
