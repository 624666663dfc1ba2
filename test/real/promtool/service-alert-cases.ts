import { type AlertCase, growing, seriesText, steady } from './alert-case.ts'

const cart = { destination_namespace: 'shop', destination_service: 'cart' }
const web = { source_namespace: 'shop', source_service: 'web', source_workload: 'web' }
const outbound = { direction: 'outbound', destination_kind: 'service', ...web, ...cart }
const inbound = { direction: 'inbound', destination_kind: 'service', destination_workload: 'cart', ...cart }
const egress = { direction: 'outbound', destination_kind: 'egress', ...web, destination_service: 'pay.example.com' }
const internal = { direction: 'outbound', destination_kind: 'internal', ...web, destination_service: 'osm-controller' }
type Edge = Readonly<Record<string, string>>

interface Span {
  /** Requests a minute that are bad, and all of them. */
  readonly bad: number
  readonly all?: number
  readonly minutes: number
}

const goodOf = ({ bad, all = 1_000, minutes }: Span) => ({ by: all - bad, minutes })
const badOf = ({ bad, minutes }: Span) => ({ by: bad, minutes })
const allOf = ({ all = 1_000, minutes }: Span) => ({ by: all, minutes })

const failing = (edge: Edge, spans: readonly Span[], code = '503') => ({
  [seriesText('mesh_requests_total', { ...edge, response_code: '200' })]: growing(...spans.map(goodOf)),
  [seriesText('mesh_requests_total', { ...edge, response_code: code })]: growing(...spans.map(badOf)),
})

const slow = (edge: Edge, spans: readonly Span[], le = '1') => ({
  [seriesText('mesh_request_duration_seconds_bucket', { ...edge, le: '0.5' })]: growing(
    ...spans.map(({ minutes }) => ({ by: 1, minutes })),
  ),
  [seriesText('mesh_request_duration_seconds_bucket', { ...edge, le })]: growing(...spans.map(goodOf)),
  [seriesText('mesh_request_duration_seconds_bucket', { ...edge, le: '+Inf' })]: growing(...spans.map(allOf)),
  [seriesText('mesh_request_duration_seconds_count', edge)]: growing(...spans.map(allOf)),
})

const fast = { window: 'fast', severity: 'critical' }
const lasting = { window: 'slow', severity: 'warning' }

const story = { MeshServiceFailing: failing, MeshServiceSlow: slow }

/** By whom a service is seen. */
const views = [
  { seen_by: 'callers', edge: outbound },
  { seen_by: 'service', edge: inbound },
] as const
/** The budget for slow requests is ten times the one for failures. `begun`: how soon both windows of the fast alert are over their limit. */
const objectives = [
  { alert: 'MeshServiceFailing', scale: 1, begun: { bad: 300, minutes: 3 } },
  { alert: 'MeshServiceSlow', scale: 10, begun: { bad: 1_000, minutes: 9 } },
] as const

const burning = views.flatMap(({ seen_by, edge }) =>
  objectives.flatMap(({ alert, scale, begun }): AlertCase[] => {
    const of = (...spans: readonly Span[]) => story[alert](edge, spans)
    const bad = (perThousand: number) => perThousand * scale
    const at = (atMinute: number, fired: readonly object[]) => ({
      alert,
      atMinute,
      fires: fired.map((labels) => ({ ...cart, seen_by, ...labels })),
    })
    return [
      { ...at(65, [fast, lasting]), when: `${seen_by}: the budget burns fast`, series: of({ bad: bad(16), minutes: 66 }) },
      { ...at(380, [lasting]), when: `${seen_by}: the budget burns slowly`, series: of({ bad: bad(8), minutes: 381 }) },
      { ...at(380, []), when: `${seen_by}: less than the budget`, series: of({ bad: bad(4), minutes: 381 }) },
      { ...at(110, []), when: `${seen_by}: it is over`, series: of({ bad: bad(16), minutes: 60 }, { bad: 0, minutes: 51 }) },
      { ...at(308, []), when: `${seen_by}: a short burst`, series: of({ bad: 0, minutes: 300 }, { bad: bad(16), minutes: 9 }) },
      { ...at(379, []), when: `${seen_by}: a bad hour`, series: of({ bad: 0, minutes: 320 }, { bad: bad(8), minutes: 60 }) },
      {
        ...at(300 + begun.minutes, []),
        when: `${seen_by}: both windows are over the limit, since this minute`,
        series: of({ bad: 0, minutes: 300 }, { ...begun, minutes: begun.minutes + 1 }),
      },
      { ...at(7, []), when: `${seen_by}: a handful of requests`, series: of({ bad: 1, all: 2, minutes: 8 }) },
    ]
  }),
)

const bad = [{ bad: 500, minutes: 31 }]
const both = (labels: object) => [fast, lasting].map((window) => ({ ...labels, seen_by: 'callers', ...window }))

/** Requests that end well and at once. */
const good = (edge: Edge, perMinute: number) => ({
  [seriesText('mesh_requests_total', { ...edge, response_code: '200' })]: growing({ by: perMinute, minutes: 31 }),
})

/** An entry: what the mesh's own callers send is bad for nobody, all else is. `callers`: requests a minute of theirs, of a thousand that arrive. */
const entries = [
  { callers: 10, fires: ['service'] },
  { callers: 490, fires: ['service'] },
  { callers: 510, fires: [] },
].flatMap(({ callers, fires }) =>
  [
    { alert: 'MeshServiceFailing', series: failing(inbound, [{ bad: 1_000 - callers, minutes: 31 }]) },
    { alert: 'MeshServiceSlow', series: { ...good(inbound, 1_000), ...slow(inbound, [{ bad: 1_000 - callers, minutes: 31 }]) } },
  ].map(({ alert, series }): AlertCase => ({
    alert,
    when: `${callers} of 1000 requests to an entry are from the mesh, and those alone are well`,
    series: { ...series, ...good(outbound, callers) },
    atMinute: 30,
    fires: fires.flatMap((seen_by) => [fast, lasting].map((window) => ({ ...cart, seen_by, ...window }))),
  })),
)

const whoseWord: readonly AlertCase[] = [
  {
    alert: 'MeshServiceFailing',
    when: 'a host outside of the mesh fails',
    series: failing(egress, bad),
    atMinute: 30,
    fires: both({ destination_service: 'pay.example.com' }),
    says: [
      {
        summary: '50% of the requests to pay.example.com fail',
        description:
          'As its callers in the mesh see it: 50% of the requests to pay.example.com ended with a 5xx in the last 5m; 99.9% must not. That is more than 14.4 times what the objective allows, over 5m and over 1h.',
      },
      {
        summary: '50% of the requests to pay.example.com fail',
        description:
          'As its callers in the mesh see it: 50% of the requests to pay.example.com ended with a 5xx in the last 30m; 99.9% must not. That is more than 6 times what the objective allows, over 30m and over 6h.',
      },
    ],
  },
  {
    alert: 'MeshServiceFailing',
    when: 'a sidecar tells the class only',
    series: failing(outbound, bad, '5xx'),
    atMinute: 30,
    fires: both(cart),
  },
  { alert: 'MeshServiceFailing', when: 'clients err', series: failing(outbound, bad, '404'), atMinute: 30, fires: [] },
  { alert: 'MeshServiceFailing', when: 'callers give up', series: failing(outbound, bad, '0'), atMinute: 30, fires: [] },
  { alert: 'MeshServiceFailing', when: 'the mesh itself fails', series: failing(internal, bad), atMinute: 30, fires: [] },
  {
    alert: 'MeshServiceFailing',
    when: 'callers retried what failed, and saw nothing of it',
    series: { ...failing(inbound, bad), ...failing(outbound, [{ bad: 0, minutes: 31 }]) },
    atMinute: 30,
    fires: [],
  },
  ...entries,
  {
    alert: 'MeshServiceSlow',
    when: 'Prometheus 3 has written the bounds',
    series: slow(outbound, bad, '1.0'),
    atMinute: 30,
    fires: both(cart),
    says: [
      {
        summary: '50% of the requests to shop/cart take longer than 1 s',
        description:
          'As its callers in the mesh see it: 50% of the requests to shop/cart took longer than 1 s in the last 5m; 99% must not. That is more than 14.4 times what the objective allows, over 5m and over 1h.',
      },
      {
        summary: '50% of the requests to shop/cart take longer than 1 s',
        description:
          'As its callers in the mesh see it: 50% of the requests to shop/cart took longer than 1 s in the last 30m; 99% must not. That is more than 6 times what the objective allows, over 30m and over 6h.',
      },
    ],
  },
]

const connecting = (opened: number, failed: number, reason = 'connect_fail', edge: Edge = { ...outbound, destination_port: '8080' }) => ({
  [seriesText('mesh_connections_opened_total', edge)]: growing({ by: opened, minutes: 16 }),
  [seriesText('mesh_connection_failures_total', { ...edge, reason })]: growing({ by: failed, minutes: 16 }),
})

const connections: readonly AlertCase[] = [
  {
    alert: 'MeshConnectionsFailing',
    when: 'a quarter of the connections fails',
    series: connecting(40, 10),
    atMinute: 15,
    fires: [{ ...web, ...cart, destination_port: '8080', severity: 'warning' }],
    says: [
      {
        summary: 'shop/web cannot connect to shop/cart',
        description: '25% of the connections from shop/web to shop/cart port 8080 failed in the last 5m, refused or timed out.',
      },
    ],
  },
  { alert: 'MeshConnectionsFailing', when: 'one of twenty fails', series: connecting(40, 2), atMinute: 15, fires: [] },
  {
    alert: 'MeshConnectionsFailing',
    when: 'connections end with requests on them',
    series: connecting(40, 10, 'destroyed_remote'),
    atMinute: 15,
    fires: [],
  },
  {
    alert: 'MeshConnectionsFailing',
    when: 'the mesh itself cannot connect',
    series: connecting(40, 10, 'connect_fail', internal),
    atMinute: 15,
    fires: [],
  },
  {
    alert: 'MeshConnectionsFailing',
    when: 'nobody connects',
    series: {
      [seriesText('mesh_connections_opened_total', outbound)]: steady(40, 16),
      [seriesText('mesh_connection_failures_total', { ...outbound, reason: 'connect_fail' })]: steady(10, 16),
    },
    atMinute: 15,
    fires: [],
  },
]

export const serviceAlertCases: readonly AlertCase[] = [...burning, ...whoseWord, ...connections]
