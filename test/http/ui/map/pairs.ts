import type { EdgeFigures } from '../../../../src/model/figures.ts'

type Requests = NonNullable<EdgeFigures['requests']>
type Connections = NonNullable<EdgeFigures['connections']>

/** A pair as the API sums it, from names as `NAMESPACE/NAME` and `NAMESPACE/NAME:PORT`; it carries requests without errors. */
export function pair(source: string, destination: string): EdgeFigures {
  const [sourceNamespace = '', caller = ''] = source.split('/')
  const [called = '', port = ''] = destination.split(':')
  const [destinationNamespace = '', service = ''] = called.split('/')
  return {
    kind: 'outbound',
    labels: {
      direction: 'outbound',
      source_namespace: sourceNamespace,
      source_service: caller,
      destination_namespace: destinationNamespace,
      destination_service: service,
      destination_port: port,
      destination_kind: 'service',
    },
    live: true,
    latencySeconds: null,
    ...requests({ inWindow: 100, errorRatio: 0 }),
    bytes: null,
  }
}

export function requests(figures: Partial<Requests>): Pick<EdgeFigures, 'requests' | 'connections'> {
  const none = { total: 1_000, perSecond: (figures.inWindow ?? 0) / 300, inWindow: 0, byCode: {}, errorRatio: null, clientErrorRatio: null }
  return { requests: { ...none, failures: {}, ...figures }, connections: null }
}

export function connections(figures: Partial<Connections>): Pick<EdgeFigures, 'requests' | 'connections'> {
  return { requests: null, connections: { active: 0, opened: 0, openedTotal: 1, failed: 0, byReason: {}, ...figures } }
}
