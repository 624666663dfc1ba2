import { expect, it } from 'vitest'
import type { Pod } from '../../src/discover/objects.ts'
import { Cluster, controlPlanePod, named, namespace, pod } from './cluster.ts'

it.each([
  ['osm', 'osm', 'osm namespace add bookstore, then'],
  ['osm', 'prod', 'osm namespace add bookstore --mesh-name prod, then'],
  ['fsm', 'fsm', 'fsm namespace add bookstore, then'],
  ['fsm', 'prod', 'fsm namespace add bookstore --mesh-name prod, then'],
])('a namespace is put into the mesh that there is: %s called %s', (tool, meshName, remedy) => {
  const controller = controlPlanePod(`${tool}-controller`, { labels: { app: `${tool}-controller`, meshName } })
  const namespaces = [namespace('bookstore', { labels: {} })]
  const { dropped } = new Cluster().look({ namespaces, pods: [controller, pod({ labels: {} })], configMaps: [named('bookstore')] })
  expect(dropped[0]?.remedy).toContain(remedy)
})

it('a mesh is missed where the options give it a name that no controller has', () => {
  const look = (name: string, pods: readonly Pod[]) => new Cluster({ mesh: { name } }).look({ pods, namespaces: [namespace('bookstore')] })
  const prod = controlPlanePod('osm-controller', { labels: { app: 'osm-controller', meshName: 'prod' } })
  expect(look('porod', [prod]).problems).toEqual([
    {
      code: 'mesh_unknown',
      message: 'No controller is of the mesh porod, which discover.mesh.name names; there is prod.',
      remedy: 'Set discover.mesh.name to prod, or leave it out.',
    },
  ])
  expect(look('prod', [prod]).problems).toEqual([])
  expect(look('porod', []).problems, 'nobody knows where controllers are not seen').toEqual([])
})
