import { expect, it } from 'vitest'
import { connectCluster, type Deadlines } from '../../../src/discover/kubernetes/cluster.ts'
import { Reflector } from '../../../src/discover/kubernetes/reflector.ts'
import { paths, pods } from '../../../src/discover/kubernetes/resources.ts'
import type { Pod } from '../../../src/discover/objects.ts'
import { FakeClock } from '../../support/fake-clock.ts'
import { ApiServer } from './api-server.ts'
import { impatient, patient, podObject } from './followed-cluster.ts'

/** The pods of an API server, followed in a time that stands still unless a test moves it; deadlines alone are real. */
class Followed implements AsyncDisposable {
  readonly clock = new FakeClock()
  readonly api: ApiServer
  readonly told: string[] = []
  readonly reflector: Reflector<Pod>
  readonly #close: () => Promise<void>

  private constructor(api: ApiServer, kubeconfig: string, deadlines: Deadlines) {
    this.api = api
    const cluster = connectCluster({ kubeconfig }, deadlines)
    const { clock, told } = this
    this.reflector = new Reflector({
      api: cluster,
      resource: pods,
      paths: [paths.pods],
      clock,
      random: () => 1,
      changed: () => {},
      told: (what) => told.push(what),
    })
    this.#close = async () => {
      await this.reflector.close()
      await cluster.close()
    }
  }

  /** Follows; the pods a and b are there. */
  static async start(prepare: (api: ApiServer) => void = () => {}, deadlines = patient): Promise<Followed> {
    const api = await ApiServer.start()
    for (const name of ['a', 'b']) api.put(podObject('shop', name))
    prepare(api)
    const followed = new Followed(api, await api.kubeconfig(), deadlines)
    followed.reflector.start()
    return followed
  }

  get names(): string {
    return [...this.reflector.objects].map(({ name }) => name).join(' ')
  }

  get asked(): string {
    return this.api.asked.map((line) => line.split(' ')[0]).join(' ')
  }

  /** Waits for what comes over a socket; no time goes by. */
  async until(holds: () => boolean): Promise<void> {
    const begin = performance.now()
    while (!holds()) {
      if (performance.now() - begin > 20_000) throw new Error(`it never came: ${this.reflector.state} ${this.names} ${this.asked}`)
      await new Promise((resolve) => setTimeout(resolve, 5))
    }
  }

  isFollowing = () => this.reflector.state === 'following' && this.api.watches() === 1

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#close()
    await this.api[Symbol.asyncDispose]()
  }
}

it('lists once, then hears what is made, changed and deleted, stripped to what discovery reads', async () => {
  await using followed = await Followed.start()
  await followed.until(followed.isFollowing)
  expect(followed.names).toBe('a b')
  followed.api.put(podObject('shop', 'c'))
  followed.api.put(
    podObject('shop', 'a', { phase: 'Failed', metadata: { annotations: { 'example.org/huge': 'x', 'prometheus.io/scrape': 'true' } } }),
  )
  followed.api.remove('Pod', 'b', 'shop')
  await followed.until(() => followed.names === 'a c')
  expect([...followed.reflector.objects][0]).toEqual({
    namespace: 'shop',
    name: 'a',
    uid: 'uid-shop-a',
    phase: 'Failed',
    ip: '10.4.1.97',
    hostNetwork: false,
    labels: { app: 'a', 'osm-proxy-uuid': 'u' },
    annotations: { 'prometheus.io/scrape': 'true' },
    terminating: false,
    containers: ['envoy'],
    containerIds: { envoy: 'containerd://a' },
  })
  expect(followed.asked).toBe('GET WATCH')
})

it('reads a list in pages, and begins anew when it grows too old between two of them', async () => {
  let isOld = false
  await using followed = await Followed.start((api) => {
    for (let n = 0; n < 7; n++) api.put(podObject('shop', `p${n}`))
    api.pageSize = 4
    api.beforePage = (page) => {
      if (page !== 1 || isOld) return
      isOld = true
      api.remove('Pod', 'a', 'shop')
      api.compact()
    }
  })
  await followed.until(followed.isFollowing)
  expect(followed.names).toBe('b p0 p1 p2 p3 p4 p5 p6')
  expect(followed.asked).toBe('GET GET GET GET WATCH')
})

it('goes on from the last event when the server ends a watch, and from the last bookmark', async () => {
  await using followed = await Followed.start()
  await followed.until(followed.isFollowing)
  followed.clock.advance(1_000)
  followed.api.bookmark()
  await followed.until(() => followed.told.filter((what) => what === 'heard').length === 2)
  followed.api.endWatches()
  await followed.until(() => followed.api.watches() === 0)
  followed.api.put(podObject('shop', 'c'))
  await followed.until(() => followed.names === 'a b c')
  expect(followed.asked).toBe('GET WATCH WATCH')
  expect(followed.reflector.problem).toBeUndefined()
})

it('says when it was heard last by what was sent, never by a connection', async () => {
  await using followed = await Followed.start()
  await followed.until(followed.isFollowing)
  const listedMs = followed.clock.wallMs()
  expect(followed.reflector.lastHeardMs).toBe(listedMs)
  followed.clock.advance(5_000)
  followed.api.endWatches()
  await followed.until(() => followed.asked === 'GET WATCH WATCH')
  await followed.until(followed.isFollowing)
  expect(followed.reflector.lastHeardMs).toBe(listedMs)
  followed.api.bookmark()
  await followed.until(() => followed.reflector.lastHeardMs === listedMs + 5_000)
})

it.each([true, false])('lists anew when the server does not know what came between (refused at once: %s)', async (refusesOldWatches) => {
  await using followed = await Followed.start()
  followed.api.refusesOldWatches = refusesOldWatches
  await followed.until(followed.isFollowing)
  followed.clock.advance(1_000)
  followed.api.remove('Pod', 'a', 'shop')
  await followed.until(() => followed.names === 'b')
  followed.api.endWatches()
  followed.api.remove('Pod', 'b', 'shop')
  followed.api.put(podObject('shop', 'c'))
  followed.api.compact()
  await followed.until(() => followed.names === 'c' && followed.isFollowing())
  expect(followed.reflector.problem).toBeUndefined()
})

it('keeps what it knows while a watch is cut, and is back after a second', async () => {
  await using followed = await Followed.start()
  await followed.until(followed.isFollowing)
  followed.api.cutWatches()
  await followed.until(() => followed.reflector.state === 'retrying')
  expect(followed.names).toBe('a b')
  expect(followed.reflector.isLost).toBe(false)
  followed.clock.advance(999)
  expect(followed.asked).toBe('GET WATCH')
  followed.clock.advance(1)
  await followed.until(followed.isFollowing)
  expect(followed.asked).toBe('GET WATCH WATCH')
})

it('asks a server that is away after 1, 2, 4 … 10 seconds, and is lost with the second failure', async () => {
  await using followed = await Followed.start()
  await followed.until(followed.isFollowing)
  const comeBack = await followed.api.stop()
  const problems = new Set<unknown>()
  const nextFailure = async () => {
    await followed.until(() => followed.reflector.state === 'retrying' && !problems.has(followed.reflector.problem))
    problems.add(followed.reflector.problem)
  }
  await nextFailure()
  expect(followed.reflector.isLost).toBe(false)
  for (const seconds of [1, 2, 4, 8, 10, 10]) {
    followed.clock.advance(seconds * 1e3 - 1)
    await new Promise((resolve) => setTimeout(resolve, 20))
    expect(problems.has(followed.reflector.problem), `no try before ${seconds} s`).toBe(true)
    followed.clock.advance(1)
    await nextFailure()
    expect(followed.reflector.isLost).toBe(true)
  }
  expect(followed.reflector.problem?.kind.code).toBe('kubernetes_unreachable')
  expect(followed.names).toBe('a b')
  await comeBack()
  followed.clock.advance(10_000)
  await followed.until(followed.isFollowing)
  expect(followed.reflector).toMatchObject({ isLost: false, problem: undefined })
})

it('notices a server that took a watch and says nothing more, and lists anew when it is back', async () => {
  await using followed = await Followed.start(() => {}, impatient)
  await followed.until(followed.isFollowing)
  followed.api.isFrozen = true
  await followed.until(() => followed.reflector.problem?.kind.code === 'kubernetes_timeout')
  followed.clock.advance(1_000)
  await followed.until(() => followed.reflector.isLost)
  followed.api.isFrozen = false
  followed.clock.advance(2_000)
  await followed.until(followed.isFollowing)
  // Not from where it was: of a version that is yet to come, as after a restore of etcd, a server would say nothing for ever.
  expect(followed.asked).toBe('GET WATCH GET GET WATCH')
})

it('takes time over a slow list, and shows nothing half', async () => {
  let go = () => {}
  await using followed = await Followed.start((api) => {
    api.pageSize = 1
    api.beforePage = (page) => (page === 1 ? new Promise<void>((resolve) => (go = resolve)) : undefined)
  })
  await followed.until(() => followed.asked === 'GET GET')
  expect(followed.reflector).toMatchObject({ isListed: false, state: 'starting', lastHeardMs: undefined })
  expect(followed.names).toBe('')
  go()
  await followed.until(followed.isFollowing)
  expect(followed.names).toBe('a b')
})

it('reads a token anew when the server does not know it any more', async () => {
  await using followed = await Followed.start()
  await followed.until(followed.isFollowing)
  followed.api.token = 'new'
  await followed.api.writeToken('new')
  followed.api.cutWatches()
  await followed.until(() => followed.reflector.state === 'retrying')
  followed.clock.advance(1_000)
  await followed.until(followed.isFollowing)
  expect(followed.asked).toBe('GET WATCH WATCH WATCH')
})

it('says who is not known, and goes on trying', async () => {
  await using followed = await Followed.start((api) => (api.token = 'another'))
  await followed.until(() => followed.reflector.state === 'retrying')
  expect(followed.reflector.problem?.kind.code).toBe('kubernetes_unauthorized')
  await followed.api.writeToken('another')
  followed.clock.advance(1_000)
  await followed.until(followed.isFollowing)
})

it('is refused without the right, keeps what it had, and follows once it is granted', async () => {
  await using followed = await Followed.start()
  await followed.until(followed.isFollowing)
  followed.api.refuse = () => [403, 'pods is forbidden']
  followed.api.endWatches()
  const beganMs = followed.clock.monotonicMs()
  await followed.until(() => {
    followed.clock.advance(100)
    return followed.reflector.state === 'refused'
  })
  expect(followed.clock.monotonicMs() - beganMs, 'an API server that starts refuses what it will grant in a moment').toBeGreaterThan(5_000)
  expect(followed.names).toBe('a b')
  followed.api.refuse = () => undefined
  followed.clock.advance(30_000)
  await followed.until(followed.isFollowing)
})

it('takes a refusal for a passing one where it had the right, and goes on from where it was', async () => {
  await using followed = await Followed.start()
  await followed.until(followed.isFollowing)
  followed.api.refuse = () => [403, 'RBAC: clusterrole not found']
  followed.api.endWatches()
  for (let seconds = 0; seconds < 4; seconds++) {
    const { length } = followed.api.asked
    await followed.until(() => {
      followed.clock.advance(50)
      return followed.api.asked.length > length
    })
    await followed.until(() => followed.reflector.state === 'retrying')
    expect(followed.reflector).toMatchObject({ isLost: false, isListed: true })
  }
  followed.api.put(podObject('shop', 'c'))
  followed.api.refuse = () => undefined
  followed.clock.advance(1_000)
  await followed.until(() => followed.names === 'a b c')
  expect(followed.asked.startsWith('GET WATCH WATCH')).toBe(true)
  expect(followed.asked.match(/GET/g)).toHaveLength(1)
})

it('may list and not watch: then it lists again and again, and says which right is missing', async () => {
  await using followed = await Followed.start((api) => {
    api.refuse = (verb) => (verb === 'watch' ? [403, 'cannot watch'] : undefined)
  })
  await followed.until(() => followed.reflector.state === 'refused')
  expect(followed.reflector.problem?.message).toContain('The right to watch pods in all namespaces is missing')
  followed.api.put(podObject('shop', 'c'))
  followed.clock.advance(1_000)
  await followed.until(() => followed.names === 'a b c')
})

it('does not ask in a circle where a server ends every watch at once', async () => {
  await using followed = await Followed.start()
  await followed.until(followed.isFollowing)
  followed.api.endWatches()
  await new Promise((resolve) => setTimeout(resolve, 50))
  expect(followed.asked).toBe('GET WATCH')
  followed.clock.advance(1_000)
  await followed.until(followed.isFollowing)
})

it('is closed while it waits, and while it listens', async () => {
  const waiting = await Followed.start((api) => (api.refuse = () => [500, 'etcdserver: no leader']))
  await waiting.until(() => waiting.reflector.state === 'retrying')
  expect(waiting.reflector.problem?.kind.code).toBe('kubernetes_failing')
  await waiting[Symbol.asyncDispose]()
  const listening = await Followed.start()
  await listening.until(listening.isFollowing)
  await listening[Symbol.asyncDispose]()
  await listening.reflector.close()
  expect(listening.told.filter((what) => what === 'restarted')).toEqual([])
})
