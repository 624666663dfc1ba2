import type { StatusAnswer } from '../../../src/model/figures.ts'
import { type FaultScene, burstNamespace } from './fault-scene.ts'
import { type MadePod, podObject } from './mesh-objects.ts'
import type { Figures } from './check.ts'
import { until } from './waiting.ts'

const all = 5_000
/** Those that have an address already; the others are yet to start. */
const running = 200
const atOnce = 32

/** Thousands of pods arrive as fast as the API server takes them; the first of them run. Then all go again. */
export async function burst(scene: FaultScene): Promise<Figures> {
  const { api } = scene.server
  const path = `/api/v1/namespaces/${burstNamespace}/pods`
  const pods: MadePod[] = []
  for (let n = 0; n < running; n++) pods.push(await scene.pods.add(burstNamespace, `burst-${n}`))
  const beganMs = performance.now()
  const objects = Array.from({ length: all }, (_, n) => podObject(pods[n] ?? pendingPod(n)))
  const queue = objects.values()
  await Promise.all(
    Array.from({ length: atOnce }, async () => {
      for (const object of queue) await api.create(path, object)
    }),
  )
  await Promise.all(pods.map((pod) => api.apply(podObject(pod))))
  const arrivedMs = performance.now()
  const knownMs = await until(30_000, async () => {
    const { dropped } = await scene.collector.json<StatusAnswer>('/api/v1/status')
    return dropped.not_running === all - running ? undefined : `${dropped.not_running ?? 0} pods are known that do not run`
  })
  await scene.untilScraped(pods, 30_000)
  const scrapedMs = performance.now()
  await scene.expectTruth()
  for (const { app } of pods) scene.pods.quieten(app)
  await scene.expectTruth()
  await api.deleteAll(path)
  for (const { app } of pods) scene.pods.remove(app)
  return {
    's for 5,000 pods to arrive at the API server': ((arrivedMs - beganMs) / 1_000).toFixed(1),
    'ms until the collector knew the last of them': knownMs,
    'ms until it scraped all of them that ran': Math.round(scrapedMs - arrivedMs),
  }
}

const pendingPod = (n: number): MadePod => ({
  namespace: burstNamespace,
  name: `burst-${n}`,
  app: `burst-${n}`,
  ip: '',
  port: 15010,
  path: '/stats/prometheus',
})
