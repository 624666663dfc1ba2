import { Store, useStore } from './store.ts'

export const tabs = ['requests', 'connections', 'map', 'targets', 'pipeline', 'traces'] as const
export type Tab = (typeof tabs)[number]

export const windows = ['30s', '1m', '5m', '15m', '30m', '1h'] as const

/** What is looked at: all of it is in the address, so that a view can be sent to someone. */
export interface View {
  readonly tab: Tab
  /** What was opened in the tab: a caller, then a called one; or a trace. Names as in `NAMESPACE/NAME`. */
  readonly path: readonly string[]
  readonly filters: Filters
}

export interface Filters {
  /** A duration as the API takes it. */
  readonly window: string
  /** End of the window, RFC 3339; now without it. */
  readonly until?: string
  /** Of either end. */
  readonly namespace?: string
  /** Either end, as `NAMESPACE/NAME`. */
  readonly service?: string
  readonly search?: string
  /** Whether the mesh's own destinations are shown too. */
  readonly internals: boolean
  /** Column by which the table is sorted; with a minus in front: the largest first. */
  readonly sort?: string
  /** Traces with errors only. */
  readonly errorsOnly: boolean
  /** Traces that took as many milliseconds, at least. */
  readonly minDuration?: string
}

export const noFilters: Filters = { window: '5m', internals: false, errorsOnly: false }
const startView: View = { tab: 'requests', path: [], filters: noFilters }
const texts = ['namespace', 'service', 'search', 'sort', 'minDuration'] as const

/** Reads a view from the part of an address that follows `#`; what it does not know is left out. */
export function viewOf(hash: string): View {
  const [path = '', query = ''] = splitOnce(hash.replace(/^#?\/?/, ''), '?')
  const [tab, ...rest] = path.split('/').map(decoded)
  const wanted = new URLSearchParams(query)
  const window = windows.find((one) => one === wanted.get('window')) ?? noFilters.window
  const untilMs = Date.parse(wanted.get('until') ?? '')
  return {
    tab: tabs.find((one) => one === tab) ?? startView.tab,
    path: rest.filter((part) => part !== ''),
    filters: {
      window,
      internals: wanted.get('internals') === 'shown',
      errorsOnly: wanted.get('errors') === 'only',
      ...(Number.isFinite(untilMs) && { until: new Date(untilMs).toISOString() }),
      ...Object.fromEntries(texts.flatMap((name) => (wanted.get(name) ? [[name, wanted.get(name)]] : []))),
    },
  }
}

/** The address of a view, from `#` on: `viewOf` reads the same view from it. */
export function addressOf({ tab, path, filters }: View): string {
  const query = new URLSearchParams()
  if (filters.window !== noFilters.window) query.set('window', filters.window)
  if (filters.internals) query.set('internals', 'shown')
  if (filters.errorsOnly) query.set('errors', 'only')
  if (filters.until) query.set('until', filters.until)
  for (const name of texts) if (filters[name]) query.set(name, filters[name])
  const text = query.toString()
  return `#/${[tab, ...path].map(encodeURIComponent).join('/')}${text && `?${text}`}`
}

/** Another view with the same filters, but for those named. What sorts one table means nothing to the next. */
export function changed(view: View, { filters, ...rest }: Partial<Omit<View, 'filters'>> & { readonly filters?: Partial<Filters> }): View {
  const isElsewhere = (rest.tab ?? view.tab) !== view.tab || (rest.path ?? view.path).length !== view.path.length
  const { sort, ...kept } = view.filters
  return { ...view, ...rest, filters: { ...kept, ...(sort !== undefined && !isElsewhere && { sort }), ...filters } }
}

const current = new Store<View>(startView)

/** The view that the address names, now and when it changes. */
export const useView = (): View => useStore(current)

/** Follows the address bar from now on. */
export function followAddress(): void {
  const read = () => current.set(viewOf(location.hash))
  addEventListener('hashchange', read)
  read()
}

/** Goes on to another view. With `replace` there is no way back to this one, as while somebody types. */
export function go(view: View, { replace = false }: { readonly replace?: boolean } = {}): void {
  if (!replace) {
    location.hash = addressOf(view)
    return
  }
  history.replaceState(null, '', addressOf(view))
  current.set(viewOf(location.hash))
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part)
  } catch {
    return part
  }
}

function splitOnce(text: string, at: string): readonly string[] {
  const index = text.indexOf(at)
  return index === -1 ? [text] : [text.slice(0, index), text.slice(index + at.length)]
}
