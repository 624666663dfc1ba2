import { expect, it } from 'vitest'
import { boundsMs, Histogram } from '../../src/demo/histogram.ts'
import { bookstore, podOf, read, samples } from './bookstore.ts'

it('counts a duration in every bucket that it is not above, and shows it with the next flush', () => {
  const histogram = new Histogram()
  for (const ms of [0.5, 0.6, 20, 4_000_000]) histogram.record(ms)
  expect([histogram.count, histogram.sumMs]).toEqual([0, 0])
  histogram.flush()
  expect(histogram.cumulative().slice(0, 5)).toEqual([1, 2, 2, 2, 3])
  expect(histogram.cumulative().at(-1)).toBe(3)
  expect(histogram.cumulative().length).toBe(boundsMs.length)
  expect([histogram.count, histogram.sumMs]).toEqual([4, 4_000_021.1])
})

it('makes a slow version visibly slow', async () => {
  const mesh = await bookstore()
  const quick = async () => {
    const page = samples(await read(podOf(mesh, 'bookthief').url))
    const at = (end: string) => page.get(`envoy_cluster_upstream_rq_time_${end}`) ?? 0
    const cluster = 'envoy_cluster_name="bookstore/bookstore-v1|14001"'
    return { under100ms: at(`bucket{${cluster},le="100"}`), all: at(`count{${cluster}}`) }
  }
  await mesh.advance(20_000)
  const before = await quick()
  await mesh.advance(10_000)
  const after = await quick()
  expect(before.under100ms / before.all).toBeGreaterThan(0.95)
  expect((after.under100ms - before.under100ms) / (after.all - before.all)).toBeLessThan(0.4)
})
