import type { EdgesAnswer } from '../../../src/model/figures.ts'
import type { TracesAnswer } from '../../../src/model/trace-figures.ts'

/** Something that can be opened. */
export interface Place {
  readonly name: string
  /** From `#` on. */
  readonly view: string
}

type Labels = EdgesAnswer['edges'][number]['labels']

const path = (...parts: readonly string[]) => `#/${parts.map(encodeURIComponent).join('/')}`
const sourceOf = (labels: Labels) => `${labels.source_namespace}/${labels.source_service ?? labels.source_workload}`
const destinationOf = (labels: Labels) => `${labels.destination_namespace}/${labels.destination_service}:${labels.destination_port}`

/** Where an edge is shown. */
export const placeOf = (tab: 'requests' | 'connections', labels: Labels): string => path(tab, sourceOf(labels), destinationOf(labels))

/** Each tab, what its rows lead to, and a view with nothing in it, while the demo's mesh runs. */
export function placesOf({ edges }: EdgesAnswer, [trace]: TracesAnswer['traces']): readonly Place[] {
  const labels = edges.find((edge) => edge.kind === 'outbound' && edge.labels.destination_service === 'bookstore-v2')?.labels ?? {}
  const rows = (['requests', 'connections'] as const).flatMap((tab) => [
    { name: tab, view: path(tab) },
    { name: `${tab}-destinations`, view: path(tab, sourceOf(labels)) },
    { name: `${tab}-edge`, view: placeOf(tab, labels) },
  ])
  const others = ['map', 'targets', 'pipeline', 'traces'].map((tab) => ({ name: tab, view: path(tab) }))
  const opened = { name: 'trace', view: path('traces', trace?.traceId ?? '') }
  return [...rows, ...others, opened, { name: 'nothing', view: `${path('requests')}?search=nobody-is-called-that` }]
}
