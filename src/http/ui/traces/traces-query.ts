import type { Filters } from '../view.ts'
import type { Chosen } from './trace-path.ts'

type Wanted = Pick<Filters, 'window' | 'until' | 'service' | 'errorsOnly' | 'minDuration'>

/** The path for `usePolled<TracesAnswer>`. Where the window ends in the past, the answer holds later traces too: the API knows no other end than now. */
export function tracesPath({ window, until, service, errorsOnly, minDuration }: Wanted, { source, destination }: Chosen): string {
  const query = new URLSearchParams()
  if (!until) query.set('since', window)
  if (service) query.set('service', service)
  if (source) query.set('source', source)
  if (destination) query.set('destination', destination)
  if (errorsOnly) query.set('error', 'true')
  if (minDuration && /^\d{1,9}$/.test(minDuration)) query.set('minDuration', `${minDuration}ms`)
  return `traces?${query}`
}
