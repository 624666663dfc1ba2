import { describe, expect, it } from 'vitest'
import { Mesh } from '../support/mesh.ts'

/**
 * Pods that come, go and restart, with known truth, scraped every five seconds of a clock that the test holds. The scenarios are those in which
 * `increase()` over a scraped counter is known to be wrong.
 */
interface SimulatedPod {
  readonly name: string
  /** Seconds. Before and after these the pod does not exist. */
  readonly from: number
  readonly until: number
  /** Discovery saw it appear; otherwise it ran before we came. */
  readonly born: boolean
  /** The counter at a time; `undefined` while the series is not there. */
  readonly counter: (second: number) => number | undefined
  readonly restartsAt?: readonly number[]
}

const interval = 5
const end = 180

function page(pod: SimulatedPod, second: number): string {
  const restarted = pod.restartsAt?.filter((at) => at <= second).at(-1)
  const before = restarted === undefined ? 0 : (pod.counter(restarted) ?? 0)
  const now = pod.counter(second)
  const uptime = Math.floor(second - (restarted ?? pod.from))
  const series =
    now === undefined
      ? ''
      : `\n# TYPE envoy_cluster_upstream_rq counter\nenvoy_cluster_upstream_rq{envoy_response_code="200",envoy_cluster_name="a/b|80"} ${now - before}`
  return `# TYPE envoy_server_uptime gauge\nenvoy_server_uptime{} ${uptime}${series}`
}

/** Scrapes every pod on its own slot; one that is being deleted is read every second of its last two. */
function watch(pods: readonly SimulatedPod[]): number {
  const mesh = new Mesh()
  for (let second = 0; second <= end; second++) {
    for (const [index, pod] of pods.entries()) {
      if (second < pod.from || second > pod.until) continue
      const terminating = second >= pod.until - 2
      if ((second + index) % interval === 0 || terminating) mesh.scrape(pod.name, page(pod, second), { bornWatched: pod.born })
      if (second === pod.until) mesh.gone(pod.name)
    }
    mesh.advance(1000)
  }
  return mesh.counts('mesh_requests_total').reduce((sum, line) => sum + Number(line.split(' ')[1]), 0)
}

const ramp = (from: number, to: number, perSecond: number) => (second: number) =>
  Math.floor(perSecond * Math.max(0, Math.min(second, to) - from))
const times = (count: number, make: (index: number) => Omit<SimulatedPod, 'name'>): SimulatedPod[] =>
  Array.from({ length: count }, (_, index) => ({ name: `pod-${index}`, ...make(index) }))
const forever = { from: 0, until: end + 1, born: true }

describe('counting through churn is exact', () => {
  it('for pods that run through', () => {
    expect(watch(times(5, () => ({ ...forever, counter: ramp(15, 165, 10) })))).toBe(5 * 1500)
  })

  it('for pods that are deleted between scrapes: their last seconds are read', () => {
    const pods = times(20, (index) => ({ ...forever, until: 40 + index * 4, counter: ramp(15, end, 10) }))
    expect(watch(pods)).toBe(pods.reduce((sum, { until }) => sum + (until - 15) * 10, 0))
  })

  it('for pods that are found three seconds after their start', () => {
    expect(watch(times(20, (index) => ({ ...forever, from: 15 + index * 2 + 3, counter: ramp(15 + index * 2, 165, 10) })))).toBe(
      Array.from({ length: 20 }, (_, index) => (165 - 15 - index * 2) * 10).reduce((a, b) => a + b),
    )
  })

  it('for pods that live twelve seconds', () => {
    const pods = times(20, (index) => ({
      born: true,
      from: 16 + index * 4,
      until: 28 + index * 4,
      counter: (second: number) => Math.min(100, 50 * Math.max(0, second - 15 - index * 4)),
    }))
    expect(watch(pods)).toBe(2000)
  })

  it.each([true, false])('for a rare error whose series is born at 1, pods born watched: %s', (born) => {
    expect(watch(times(20, (index) => ({ ...forever, born, counter: (second) => (second >= 25 + index * 6 ? 1 : undefined) })))).toBe(20)
  })

  it('for old pods with a long history and nothing new', () => {
    expect(watch(times(10, (index) => ({ ...forever, born: false, counter: () => 10_000 * (index + 1) })))).toBe(0)
  })

  it('for old pods with new requests on top', () => {
    expect(
      watch(times(10, (index) => ({ ...forever, born: false, counter: (second) => 10_000 * (index + 1) + ramp(15, 165, 10)(second) }))),
    ).toBe(15_000)
  })

  it('for pods that restart after a quiet moment', () => {
    const steps = (second: number) => Math.floor(second / 30) * 100 // all at once, then quiet until the restart
    expect(watch(times(10, () => ({ ...forever, restartsAt: [28, 59, 88], counter: steps })))).toBe(10 * 600)
  })

  it('in all but the tail before a crash, which nobody can have read', () => {
    const crashes = (index: number) => [31 + index, 82 + index, 120 + index]
    const pods = times(10, (index) => ({ ...forever, restartsAt: crashes(index), counter: ramp(15, 165, 10) }))
    const lostSeconds = pods.flatMap((_, index) => crashes(index).map((at) => (at + index) % interval || interval)).reduce((a, b) => a + b)
    const counted = watch(pods)
    expect(15_000 - counted).toBeLessThanOrEqual(lostSeconds * 10)
    expect(15_000 - counted).toBeGreaterThanOrEqual(0)
  })
})
