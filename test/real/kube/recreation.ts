import type { FaultScene } from './fault-scene.ts'
import { namespaceObject } from './mesh-objects.ts'
import { until } from './waiting.ts'
import { pathOf } from './api.ts'

const namespace = 'recreated'
const apps = ['first-again', 'second-again']

/** A namespace goes with its pods and comes again with pods of the same names, whose sidecars count from zero. */
export async function recreation(scene: FaultScene): Promise<void> {
  for (let life = 1; life <= 2; life++) {
    await scene.server.api.apply(namespaceObject(namespace, { enabled: true }))
    const pods = await Promise.all(apps.map((app) => scene.bear(app, namespace)))
    await scene.untilScraped(pods)
    await scene.expectTruth()
    await scene.server.api.delete(namespaceObject(namespace))
    await Promise.all(pods.map((pod) => scene.bury(pod)))
    await finish(scene)
  }
}

/** What the namespace controller does when nothing is left in it. */
async function finish({ server: { api } }: FaultScene): Promise<void> {
  const path = pathOf(namespaceObject(namespace))
  await api.put(`${path}/finalize`, { ...(await api.get<object>(path)), spec: { finalizers: [] } })
  const isGone = () =>
    api.get(path).then(
      () => 'the namespace is still there',
      () => undefined,
    )
  await until(15_000, isGone)
}
