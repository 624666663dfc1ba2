import { describe, expect, it } from 'vitest'
import { clusterOf, rejoined } from '../../src/model/cluster.ts'

describe("the place that a cluster's name says", () => {
  it.each([
    // OSM v0.4 to v0.10
    ['bookstore/bookstore', { kind: 'service', local: false, namespace: 'bookstore', service: 'bookstore' }],
    ['bookstore/bookstore-v1-local', { kind: 'service', local: true, namespace: 'bookstore', service: 'bookstore-v1' }],
    // since v0.11
    ['bookstore/bookstore-v1|14001', { kind: 'service', local: false, namespace: 'bookstore', service: 'bookstore-v1', port: '14001' }],
    [
      'bookstore/bookstore-v1|14001|local',
      { kind: 'service', local: true, namespace: 'bookstore', service: 'bookstore-v1', port: '14001' },
    ],
    ['bookstore/very-local|80', { kind: 'service', local: false, namespace: 'bookstore', service: 'very-local', port: '80' }],
    // main: a pod of a headless service
    ['db/mysql-0.mysql|3306', { kind: 'service', local: false, namespace: 'db', service: 'mysql-0.mysql', port: '3306' }],
    ['db/mysql-0.mysql|3306|local', { kind: 'service', local: true, namespace: 'db', service: 'mysql-0.mysql', port: '3306' }],
    // the mesh's own
    ['osm-controller', { kind: 'internal', local: false, service: 'osm-controller' }],
    ['fsm-controller', { kind: 'internal', local: false, service: 'fsm-controller' }],
    ['passthrough-outbound', { kind: 'internal', local: false, service: 'passthrough-outbound' }],
    ['envoy-metrics-cluster', { kind: 'internal', local: false, service: 'envoy-metrics-cluster' }],
    ['envoy-tracing-cluster', { kind: 'internal', local: false, service: 'envoy-tracing-cluster' }],
    ['liveness_cluster', { kind: 'internal', local: false, service: 'liveness_cluster' }],
    ['readiness_cluster', { kind: 'internal', local: false, service: 'readiness_cluster' }],
    ['bookstore_startup_cluster', { kind: 'internal', local: false, service: 'bookstore_startup_cluster' }],
    // HTTP egress, before and since v0.10
    ['httpbin.org:80', { kind: 'egress', local: false, service: 'httpbin.org', port: '80' }],
    ['httpbin_org_80', { kind: 'egress', local: false, service: 'httpbin_org', port: '80' }],
    ['10_0_0_1_8080', { kind: 'egress', local: false, service: '10_0_0_1', port: '8080' }],
    ['api.shop.svc.cluster.local:80', { kind: 'egress', local: false, service: 'api.shop.svc.cluster.local', port: '80' }],
    // TCP egress
    ['5432', { kind: 'egress', local: false, port: '5432' }],
    // rate limit service
    ['ratelimiter|8081', { kind: 'internal', local: false, service: 'ratelimiter', port: '8081' }],
    ['rl.limits.svc.cluster.local|8081', { kind: 'internal', local: false, service: 'rl.limits.svc.cluster.local', port: '8081' }],
    // other clusters of a multicluster mesh
    ['bookstore.shop.svc.cluster.global', { kind: 'service', local: false, namespace: 'shop', service: 'bookstore' }],
    ['bookstore.shop.svc', { kind: 'service', local: false, namespace: 'shop', service: 'bookstore' }],
    // nothing that we know
    ['some-host', { kind: 'egress', local: false, service: 'some-host' }],
  ])('%s', (name, place) => expect(clusterOf(name)).toEqual(place))
})

describe('a name that Envoy cut at its first dot', () => {
  it.each([
    ['db/mysql-0', 'mysql_3306', 'db/mysql-0.mysql|3306'],
    ['db/mysql-0', 'mysql_headless_3306', 'db/mysql-0.mysql-headless|3306'],
    ['db/mysql-0', 'mysql_3306_local', 'db/mysql-0.mysql|3306|local'],
    ['httpbin', 'org_80', 'httpbin.org_80'],
    ['10', '0_0_1_80', '10.0.0.1_80'],
    ['book-store', 'my_shop_svc_cluster_global', 'book-store.my-shop.svc.cluster.global'],
    ['book-store', 'my_shop_svc_cluster_local', 'book-store.my-shop.svc.cluster.local'],
    ['rl', 'limits_svc_cluster_local_8081', 'rl.limits.svc.cluster.local|8081'],
  ])('%s and %s', (label, middle, name) => expect(rejoined(label, middle)).toBe(name))
})
