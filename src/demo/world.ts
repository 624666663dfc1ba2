import { ControlPlane } from './control-plane.ts'
import { beginningAt, type Episode, quietMs, terminatingMs } from './episodes.ts'
import { type Owner, ownerOf, Pod } from './pod.ts'
import { Random } from './random.ts'
import { controlPlane, type Workload, workload, workloads } from './topology.ts'
import { traffic } from './traffic.ts'
import { type Post, type SpanTruth, Tracing } from './tracing.ts'
import { Troublemaker } from './trouble.ts'
import { Truth } from './truth.ts'

/** Time moves in steps of this length. */
export const stepMs = 100

/** A new pod needs this long until it runs. */
const pendingMs = 1_000

/** The mesh without its sockets and files: pods that come and go, traffic between them, and what goes wrong. */
export class World {
  readonly truth = new Truth()
  readonly controlPlane = new ControlPlane()
  /** Rises whenever pods came, left or changed their stage: whatever shows pods is to be brought up to date. */
  version = 0
  readonly #random: Random
  readonly #wallMs: () => number
  readonly #say: (text: string) => void
  readonly #trouble = new Troublemaker()
  readonly #owners = new Map<Workload, Owner>()
  #tracing: Tracing | undefined
  #pods: readonly Pod[] = []
  #agenda: { readonly dueMs: number; readonly task: () => void }[] = []
  #nowMs = 0

  constructor(options: { readonly seed: number; readonly wallMs: () => number; readonly say: (text: string) => void }) {
    this.#random = new Random(options.seed)
    this.#wallMs = options.wallMs
    this.#say = options.say
    this.controlPlane.refused() // the first pod came before the injector was ready
    for (const each of [...workloads, ...controlPlane]) {
      this.#owners.set(each, ownerOf(each, this.#random))
      for (let i = 0; i < each.replicas; i++) this.#create(each).stage = 'serving'
    }
  }

  /** Milliseconds of the mesh's own time since it began. */
  get nowMs(): number {
    return this.#nowMs
  }

  get spans(): SpanTruth {
    return this.#tracing?.truth ?? { posted: 0, taken: 0, lost: 0, traces: 0 }
  }

  /** Switches the mesh's tracing on: from now on sidecars tell of this share of the traces that begin. */
  trace(post: Post, share: number): void {
    this.#tracing = new Tracing(post, { share, wallMs: this.#wallMs })
  }

  get pods(): readonly Pod[] {
    return this.#pods
  }

  step(): void {
    this.#nowMs += stepMs
    const due = this.#agenda.filter(({ dueMs }) => dueMs <= this.#nowMs)
    this.#agenda = this.#agenda.filter((entry) => !due.includes(entry))
    for (const { task } of due) task()
    const episode = beginningAt(this.#nowMs)
    if (episode) this.#begin(episode)
    this.#tracing?.step(this.#nowMs)
    const told = this.#tracing && { tracing: this.#tracing }
    traffic({ pods: this.#pods, random: this.#random, trouble: this.#trouble, truth: this.truth, ...told }, this.#nowMs, stepMs)
    for (const pod of this.#pods) {
      pod.sidecar.flush(this.#nowMs)
      this.#tracing?.report(pod)
    }
  }

  #begin({ begins, ends, lastsMs, happens }: Episode): void {
    this.#say(begins)
    switch (happens.kind) {
      case 'restart':
        this.#restart(workload(happens.workload))
        break
      case 'replace':
        this.#replace(workload(happens.workload))
        break
      default:
        this.#trouble.begin(happens)
        this.#after(lastsMs, () => this.#trouble.end())
    }
    this.#after(lastsMs, () => this.#say(ends))
  }

  #restart(of: Workload): void {
    const pod = this.#oldest(of)
    this.#move(pod, 'drained')
    this.#after(quietMs, () => {
      pod.restarts++
      pod.start(this.#random, this.#time())
      this.controlPlane.configured(pod, 'reconnected')
      this.#move(pod, 'serving')
    })
  }

  #replace(of: Workload): void {
    const old = this.#oldest(of)
    this.controlPlane.refused()
    const fresh = this.#create(of)
    this.#after(pendingMs, () => {
      fresh.start(this.#random, this.#time())
      this.#move(fresh, 'serving')
      old.deletionMs = this.#wallMs() + terminatingMs
      this.#move(old, 'terminating')
    })
    this.#after(pendingMs + terminatingMs, () => {
      this.#pods = this.#pods.filter((pod) => pod !== old)
      this.controlPlane.changed(old, 'deleted')
      this.version++
    })
  }

  #create(of: Workload): Pod {
    const owner = this.#owners.get(of)
    if (!owner) throw new RangeError(`nothing owns the pods of ${of.name}`)
    const pod = new Pod({ workload: of, owner }, this.#random, this.#time())
    this.#pods = [...this.#pods, pod]
    this.controlPlane.injected(pod)
    this.controlPlane.changed(pod, 'added')
    this.controlPlane.configured(pod, 'connected')
    this.version++
    return pod
  }

  #move(pod: Pod, stage: Pod['stage']): void {
    pod.stage = stage
    this.controlPlane.changed(pod, 'updated')
    this.version++
  }

  #oldest(of: Workload): Pod {
    const pod = this.#pods.find(({ workload: its, stage }) => its === of && stage === 'serving')
    if (!pod) throw new RangeError(`no pod of ${of.name} is serving`)
    return pod
  }

  #after(delayMs: number, task: () => void): void {
    this.#agenda.push({ dueMs: this.#nowMs + delayMs, task })
  }

  #time(): { nowMs: number; wallMs: number } {
    return { nowMs: this.#nowMs, wallMs: this.#wallMs() }
  }
}
