import type { Reflector } from './reflector.ts'

/** A list that is followed, and where. */
export interface Followed<T = unknown> {
  readonly reflector: Reflector<T>
  readonly resource: string
  /** Absent: all namespaces. */
  readonly namespace?: string
  /** Discovery does without it, and tells of it only among the hearings. */
  readonly isOptional: boolean
}

/** Lists of the same kind, by namespace or name, of which now these and now those are followed. */
export class FollowedSet<T> {
  readonly #make: (name: string) => Followed<T>
  #followed = new Map<string, Followed<T>>()
  readonly #closing = new Set<Promise<void>>()

  constructor(make: (name: string) => Followed<T>) {
    this.#make = make
  }

  get all(): readonly Followed<T>[] {
    return [...this.#followed.values()]
  }

  get objects(): readonly T[] {
    return this.all.flatMap(({ reflector }) => [...reflector.objects])
  }

  of(name: string): Reflector<T> | undefined {
    return this.#followed.get(name)?.reflector
  }

  /** Starts those that are new, ends those that are not wanted any more. */
  want(names: readonly string[]): void {
    const before = this.#followed
    this.#followed = new Map(names.map((name) => [name, before.get(name) ?? this.#make(name)]))
    for (const { reflector } of this.#followed.values()) reflector.start()
    for (const [name, { reflector }] of before) if (!this.#followed.has(name)) this.#close(reflector)
  }

  async close(): Promise<void> {
    this.want([])
    await Promise.all(this.#closing)
  }

  #close(reflector: Reflector<T>): void {
    const closing = reflector.close().finally(() => this.#closing.delete(closing))
    this.#closing.add(closing)
  }
}
