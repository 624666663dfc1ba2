import { z } from 'zod'
import { isPath, isPort } from '../discover/endpoint.ts'
import type { Labels } from '../model/labels.ts'
import { defaultEndpoints } from '../model/target.ts'

/** What a merge patch does to annotations: `null` takes one away. */
export type AnnotationPatch = Readonly<Record<string, string | null>>

/** What is to happen to a pod, and what a person should know about it. An empty patch is nothing to do. */
export interface PodChange {
  readonly patch: AnnotationPatch
  readonly note?: string
}

/** What the injector writes into a pod of a namespace with metrics. Source: openservicemesh/osm pkg/injector/patch.go. */
const ours: Labels = {
  'prometheus.io/scrape': 'true',
  'prometheus.io/port': defaultEndpoints.sidecar.port,
  'prometheus.io/path': defaultEndpoints.sidecar.path,
}
const keys = Object.keys(ours)

/** Where a pod's own values wait until metrics are disabled. */
const keptKey = 'mesh-telemetry/own-prometheus'
const keptForm = z.record(z.string(), z.string())

/**
 * Writes what the injector would have written. An application's own values are in the way of it and are kept beside; what is kept already came first and
 * stays.
 *
 * @param wasOn metrics were on in the namespace
 */
export function enabling(annotations: Labels, wasOn: boolean): PodChange {
  const patch = differing(annotations, ours)
  const own = ownIn(annotations, wasOn)
  if (!own) return { patch }
  if (!(keptKey in annotations)) {
    return { patch: { ...patch, [keptKey]: JSON.stringify(own) }, note: `${listed(own)} was there; "metrics disable" puts it back` }
  }
  const kept = keptIn(annotations)
  const instead = isNone(kept) ? '' : `; "metrics disable" puts back what was there before: ${listed(kept)}`
  return { patch, note: `${listed(own)} goes${instead}` }
}

/** Takes away what enabling or the injector wrote and puts back what was there before. An application's own values stay. `wasOn` as in `enabling`. */
export function disabling(annotations: Labels, wasOn: boolean): PodChange {
  const forgotten = keptKey in annotations ? { [keptKey]: null } : {}
  const own = ownIn(annotations, wasOn)
  if (own) return { patch: forgotten, note: `${listed(own)} is the application's own and stays` }
  const kept = keptIn(annotations)
  const wanted = Object.fromEntries(keys.map((key) => [key, kept[key] ?? null]))
  return { patch: { ...differing(annotations, wanted), ...forgotten } }
}

const isNone = (own: Labels) => Object.keys(own).length === 0

/**
 * The values that are an application's own; `undefined` where it has none. What is ours in part is ours, changed by hand; so is what nobody can go by, once
 * metrics were on.
 */
function ownIn(annotations: Labels, wasOn: boolean): Labels | undefined {
  const own = chosen(annotations)
  const isEnabled = wasOn || keptKey in annotations
  return isNone(own) || isOurs(own) || (isEnabled && isBroken(own)) ? undefined : own
}

/** Known by the port or the path: nobody but the sidecar listens there, nobody but Envoy answers to that. */
const isOurs = (own: Labels) => ['prometheus.io/port', 'prometheus.io/path'].some((key) => own[key] === ours[key])

/** As discovery has it, to which an empty value is none. */
function isBroken(own: Labels): boolean {
  const { 'prometheus.io/scrape': scrape, 'prometheus.io/port': port, 'prometheus.io/path': path } = own
  return (scrape !== undefined && !['true', 'false'].includes(scrape)) || (!!port && !isPort(port)) || (!!path && !isPath(path))
}

const chosen = (annotations: Labels): Labels => Object.fromEntries(Object.entries(annotations).filter(([key]) => keys.includes(key)))

const differing = (annotations: Labels, wanted: AnnotationPatch): AnnotationPatch =>
  Object.fromEntries(Object.entries(wanted).filter(([key, value]) => (annotations[key] ?? null) !== value))

/** Others can write annotations too: what cannot be read is not put back, nor is what is ours. */
function keptIn(annotations: Labels): Labels {
  try {
    const kept = chosen(keptForm.parse(JSON.parse(annotations[keptKey] ?? '{}')))
    return isOurs(kept) ? {} : kept
  } catch {
    return {}
  }
}

const listed = (own: Labels) =>
  Object.entries(own)
    .map(([key, value]) => `${key}=${JSON.stringify(value)}`)
    .join(', ')
