import type { Target } from '../../src/model/target.ts'
import { wantedOfSidecar } from '../../src/model/wanted.ts'

/** A sidecar without a pod, for tests that need one target and no discovery. */
export const target: Target = {
  id: 'uid-1:15010',
  url: new URL('http://127.0.0.1:15010/stats/prometheus'),
  kind: 'sidecar',
  dialect: 'osm',
  labels: {},
  bornWatched: true,
  terminating: false,
}
/** What its page is asked for. */
export const wanted = wantedOfSidecar('osm', { requestStats: true })
