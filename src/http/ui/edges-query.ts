import type { View } from './view.ts'

interface Wanted {
  readonly by: 'edge' | 'pair' | 'source'
  readonly source?: string | undefined
  readonly destination?: string | undefined
  readonly trend?: boolean
}

/** What every question for edges has from the filters of the view. */
function filtered({ filters }: View, { by, source, destination }: Wanted): URLSearchParams {
  const query = new URLSearchParams({ window: filters.window, by })
  if (filters.until) query.set('until', filters.until)
  if (filters.namespace) query.set('namespace', filters.namespace)
  if (filters.service) query.set('service', filters.service)
  if (!filters.internals) query.set('internals', 'false')
  if (source) query.set('source', source)
  if (destination) query.set('destination', destination)
  return query
}

/** The path for `usePolled<EdgesAnswer>`: edges of the view, or their sums. */
export function edgesPath(view: View, wanted: Wanted): string {
  const query = filtered(view, wanted)
  if (wanted.trend) query.set('trend', 'true')
  return `edges?${query}`
}

/** The path for `usePolled<HistoryAnswer>`: what happened step by step, in at most so many steps. */
export function historyPath(view: View, wanted: Omit<Wanted, 'trend'>, { stepMs }: { readonly stepMs: number }): string {
  const query = filtered(view, wanted)
  query.set('step', `${Math.round(stepMs / 1e3)}s`)
  return `edges/history?${query}`
}
