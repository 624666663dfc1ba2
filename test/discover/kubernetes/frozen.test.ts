import { expect, it } from 'vitest'
import { type FollowedCluster, impatient, patient, shopAndStore } from './followed-cluster.ts'

const probes = ({ api: { asked } }: FollowedCluster) => asked.filter((line) => line === 'GET /version').length
/** Lets time go by in steps, and answers come. */
async function seconds(cluster: FollowedCluster, n: number): Promise<void> {
  for (let i = 0; i < n * 4; i++) {
    cluster.clock.advance(250)
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
}

it('a server that says nothing because nothing happens is asked whether it lives, once for all watches', async () => {
  await using cluster = await shopAndStore()
  await cluster.start()
  await seconds(cluster, 60)
  expect(probes(cluster)).toBeGreaterThanOrEqual(2)
  expect(probes(cluster)).toBeLessThanOrEqual(4)
  expect(cluster.problems).toBe('')
  expect(cluster.hearings.map(({ state }) => state)).toEqual(cluster.hearings.map(() => 'following'))
})

it('a server that is heard is not asked', async () => {
  await using cluster = await shopAndStore()
  await cluster.start()
  for (let n = 0; n < 6; n++) {
    await seconds(cluster, 10)
    cluster.api.bookmark()
  }
  expect(probes(cluster)).toBe(0)
})

it('a frozen server is told of within half a minute although its watches stay open, and followed on once it thaws', async () => {
  await using cluster = await shopAndStore(() => {}, { deadlines: { ...impatient, silenceMs: patient.silenceMs } })
  await cluster.start()
  cluster.api.isFrozen = true
  const frozenMs = cluster.clock.monotonicMs()
  await cluster.until(() => cluster.problems === 'kubernetes_timeout')
  expect(cluster.clock.monotonicMs() - frozenMs).toBeLessThan(35_000)
  expect(cluster.last?.problems[0]?.message).toContain('what was heard last holds: ')
  await cluster.until(() => cluster.hearings.every(({ state, problem }) => state === 'retrying' && problem?.code === 'kubernetes_timeout'))
  expect(cluster.scraped).toBe('shop/a')
  const lists = cluster.api.asked.filter((line) => line === 'GET /api/v1/pods').length
  cluster.api.isFrozen = false
  await cluster.until(() => cluster.problems === '' && cluster.hearings.every(({ state }) => state === 'following'))
  expect(cluster.api.asked.filter((line) => line === 'GET /api/v1/pods').length, 'nothing is listed anew').toBe(lists)
})

it('a server that refuses the question lives', async () => {
  await using cluster = await shopAndStore()
  await cluster.start()
  cluster.api.refuse = () => [403, 'no']
  await seconds(cluster, 40)
  expect(probes(cluster)).toBeGreaterThanOrEqual(1)
  expect(cluster.problems).toBe('')
})
