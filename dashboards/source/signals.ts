import { figure, goodWhenHigh, heatMap, lines } from './panels.ts'
import { connections, errorRatio, latency, perSecond, requests, requestsByClass, successRatio } from './queries.ts'

/** The same panels of requests, latency and connections for whatever `where` selects; `scope` is the last sentence of their descriptions. */
export interface Subject {
  readonly where: string
  readonly scope: string
}

export const errorMeans = "An error is a 5xx; 4xx are the caller's own and count as answered."

/** Golden signals, now: six figures in a row. */
export const nowFigures = ({ where, scope }: Subject) => [
  figure(
    { title: 'Requests', says: `Requests per second. None at all: look at Collector first. ${scope}`, unit: 'reqps' },
    requests({ where }),
  ),
  figure(
    {
      title: 'Success',
      says: `Share of requests without error. ${errorMeans} Below 99 %: see who fails, further down. ${scope}`,
      unit: 'percentunit',
    },
    successRatio({ where }),
    { colours: goodWhenHigh },
  ),
  ...([0.5, 0.9, 0.99] as const).map((quantile) =>
    figure(
      {
        title: `P${quantile * 100}`,
        says: `${quantile * 100} of 100 requests took at most so long. Requests that never got an answer are not in it. ${scope}`,
        unit: 's',
      },
      latency(quantile, { where }),
    ),
  ),
  figure(
    { title: 'Open connections', says: `Connections open now, over the pods that answer. ${scope}`, unit: 'short' },
    connections({ where }),
  ),
]

/** Golden signals over time. */
export const signalsOverTime = ({ where, scope }: Subject) => [
  lines(
    {
      title: 'Requests by class of code',
      says: `Requests per second, by the first digit of the response code. 5xx growing: see Failures by reason. 4xx growing: look at the callers. ${scope}`,
      unit: 'reqps',
    },
    { '{{class}}': requestsByClass('mesh_requests_total', { where }) },
    { stacked: true },
  ),
  lines(
    { title: 'Errors', says: `Share of requests that ended in an error. ${errorMeans} ${scope}`, unit: 'percentunit' },
    { errors: errorRatio({ where }) },
    { share: true },
  ),
  lines(
    {
      title: 'Latency',
      says: `Time until the response was complete. P99 far above P50: few requests are slow, see the heat map. All rise together: the service is short of something. ${scope}`,
      unit: 's',
    },
    { P50: latency(0.5, { where }), P90: latency(0.9, { where }), P99: latency(0.99, { where }) },
  ),
  latencyHeatMap({ where, scope }),
]

export const latencyHeatMap = ({ where, scope }: Subject) =>
  heatMap(
    {
      title: 'Latency heat map',
      says: `How many requests per second took how long. Two bands: two kinds of requests, or one slow pod among quick ones. ${scope}`,
      unit: 'reqps',
    },
    perSecond('mesh_request_duration_seconds_bucket', { where, by: ['le'] }),
  )

/** What the reasons are in `mesh_request_failures_total`. */
export const failuresByReason = ({ where, scope }: Subject) =>
  lines(
    {
      title: 'Failures by reason',
      says: `Requests per second that failed on the way. Reasons overlap: do not add them. timeout: slower than allowed. reset_remote: the other side hung up. reset_local: the own sidecar did. pending_overflow: the circuit breaker is full. ejected: no connection came about. ${scope}`,
      unit: 'reqps',
    },
    { '{{reason}}': perSecond('mesh_request_failures_total', { where, by: ['reason'] }) },
  )

export const codes = ({ where, scope }: Subject) =>
  lines(
    {
      title: 'Requests by code',
      says: `Requests per second, by response code (its class where a sidecar tells only that). ${scope}`,
      unit: 'reqps',
    },
    { '{{response_code}}': requests({ where, by: ['response_code'] }) },
    { stacked: true },
  )
