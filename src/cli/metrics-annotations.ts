import { z } from 'zod'
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

/** Writes what the injector would have written. An application's own values are in the way of it and are kept beside. */
export function enabling(annotations: Labels): PodChange {
  const patch = differing(annotations, ours)
  const own = chosen(annotations)
  if (isNone(own) || isOurs(own)) return { patch }
  return { patch: { ...patch, [keptKey]: JSON.stringify(own) }, note: `${listed(own)} was there; "metrics disable" puts it back` }
}

/** Takes away what enabling or the injector wrote and puts back what was there before. An application's own values stay. */
export function disabling(annotations: Labels): PodChange {
  const own = chosen(annotations)
  if (!isNone(own) && !isOurs(own)) return { patch: {}, note: `${listed(own)} is the application's own and stays` }
  const kept = keptIn(annotations)
  const wanted = Object.fromEntries([...Object.keys(own), ...Object.keys(kept)].map((key) => [key, kept[key] ?? null]))
  return { patch: { ...differing(annotations, wanted), ...(keptKey in annotations && { [keptKey]: null }) } }
}

const isNone = (own: Labels) => Object.keys(own).length === 0

/** Known by its values, the port above all: nobody but the sidecar listens there. */
const isOurs = (own: Labels) => 'prometheus.io/port' in own && Object.entries(own).every(([key, value]) => ours[key] === value)

const chosen = (annotations: Labels): Labels => Object.fromEntries(Object.entries(annotations).filter(([key]) => keys.includes(key)))

const differing = (annotations: Labels, wanted: AnnotationPatch): AnnotationPatch =>
  Object.fromEntries(Object.entries(wanted).filter(([key, value]) => (annotations[key] ?? null) !== value))

/** Others can write annotations too: what cannot be read is not put back. */
function keptIn(annotations: Labels): Labels {
  try {
    return chosen(keptForm.parse(JSON.parse(annotations[keptKey] ?? '{}')))
  } catch {
    return {}
  }
}

const listed = (own: Labels) =>
  Object.entries(own)
    .map(([key, value]) => `${key}=${JSON.stringify(value)}`)
    .join(', ')
