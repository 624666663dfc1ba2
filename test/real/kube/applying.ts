import { CollectorProcess } from '../collector-process.ts'
import type { RealSetting } from '../part.ts'
import { configMapObject, namespaceObject, podObject } from './mesh-objects.ts'
import { PagePods } from './page-pods.ts'
import type { Figures } from './check.ts'
import type { KubeServer } from './server.ts'
import { until } from './waiting.ts'

const namespace = 'applied'
const configMap = { namespace, name: 'scraped' }
const promisedMs = 5_000

/** What `kubectl apply --server-side` does with the ConfigMap, under the program's own intervals: how long until each pod of the namespace was scraped. */
export async function applying(server: KubeServer, { scratch }: RealSetting): Promise<Figures> {
  using pods = new PagePods()
  await server.api.apply(namespaceObject(namespace), { ...configMapObject([]), metadata: configMap })
  for (let n = 1; n <= 20; n++) await server.api.apply(podObject(await pods.add(namespace, `shelf-${n}`)))
  const discover = { source: 'kubernetes', kubernetes: { kubeconfig: server.kubeconfig }, configMap }
  const collector = await CollectorProcess.run({ discover, scrape: { allowLoopback: true } }, { scratch })
  try {
    await collector.until('/readyz', 15_000)
    await server.api.apply({ ...configMapObject([namespace]), metadata: configMap })
    const scrapedMs = await until(promisedMs, async () => (pods.unasked === 0 ? undefined : `${pods.unasked} pods were not scraped`))
    return { 'ms from the apply of the ConfigMap to the first scrape of each of 20 pods': scrapedMs }
  } finally {
    await collector.stop()
  }
}
