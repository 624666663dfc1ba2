import { rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { listen, type Listener } from '../../src/demo/listener.ts'
import { type ChurningPod, podNumber } from './pod.ts'
import { pageOf } from './page.ts'

/** Five pods a second come and go: a cluster that replaces 4,000 pods a day, a hundred times as fast. */
const everyMs = 200
const lifeMs = 10_000
/** So long before its end a pod's object says that it is being deleted. */
const terminatingMs = 2_000
const blocks = 200
const port = 15010
const file = 'churn.json'

const namespace = {
  apiVersion: 'v1',
  kind: 'Namespace',
  metadata: { name: 'soak-churn', annotations: { 'openservicemesh.io/metrics': 'enabled' } },
}

/** Pods of which each lives for ten seconds, with a real listener each and their objects in one manifest. */
export class Churn {
  readonly #folder: string
  readonly #alive = new Map<ChurningPod, Listener>()
  #born = 0
  #timer: NodeJS.Timeout | undefined
  #turn: Promise<void> = Promise.resolve()
  #failure: unknown

  constructor(folder: string) {
    this.#folder = folder
  }

  /** Begins to come and go. */
  start(): void {
    this.#timer = setInterval(() => {
      this.#turn = this.#turn.then(() => this.#step()).catch((error: unknown) => void (this.#failure ??= error))
    }, everyMs)
  }

  /** Pods that are gone. Throws what kept the churn from going on. */
  get left(): number {
    if (this.#failure !== undefined) throw new Error('the churn stands still', { cause: this.#failure })
    return this.#born - this.#alive.size
  }

  async close(): Promise<void> {
    clearInterval(this.#timer)
    await this.#turn
    await Promise.all([...this.#alive.values()].map((listener) => listener.close()))
  }

  /** The oldest goes when its time is over, first its process and then its object; a new one comes. */
  async #step(): Promise<void> {
    const nowMs = Date.now()
    for (const [pod, listener] of this.#alive) {
      if (nowMs - pod.bornMs < lifeMs) break
      await listener.close()
      this.#alive.delete(pod)
    }
    const calls = [...this.#alive.keys()].slice(-2)
    const pod = podNumber(this.#born++, { nowMs, calls })
    const wanted = { hosts: [`127.70.${this.#born % blocks}`], number: (this.#born % 250) + 1, port }
    const listener = await listen(wanted, () => ({ status: 200, body: pageOf(pod, Date.now() - pod.bornMs) }))
    this.#alive.set(pod, listener)
    await this.#write(nowMs)
  }

  async #write(nowMs: number): Promise<void> {
    const pods = [...this.#alive].map(([pod, { address }]) => {
      const isTerminating = nowMs - pod.bornMs > lifeMs - terminatingMs
      return pod.object(address, isTerminating ? new Date(pod.bornMs + lifeMs).toISOString() : undefined)
    })
    const half = join(this.#folder, `.${file}.new`)
    await writeFile(half, JSON.stringify({ apiVersion: 'v1', kind: 'List', items: [namespace, ...pods] }))
    await rename(half, join(this.#folder, file))
  }
}
