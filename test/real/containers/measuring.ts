/** What was measured of a container last. */
export interface Measured {
  /** Seconds of CPU since it began. */
  readonly total: number
  readonly atMs: number
}

/** A node that measures its containers whenever it sees fit, whoever asks: after a random time between two. */
export function measuring<Name extends string>({
  everyMs: [least, most],
  perSecond,
}: {
  readonly everyMs: readonly [number, number]
  readonly perSecond: Readonly<Record<Name, number>>
}) {
  const beganMs = Date.now()
  const names = Object.keys(perSecond) as Name[]
  const last = new Map<Name, Measured>()
  const timers = new Map<Name, NodeJS.Timeout>()
  const measure = (name: Name) => {
    const atMs = Date.now()
    last.set(name, { total: (perSecond[name] * (atMs - beganMs)) / 1e3, atMs })
    timers.set(
      name,
      setTimeout(() => measure(name), least + Math.random() * (most - least)),
    )
  }
  for (const name of names) measure(name)
  return {
    now: (): Readonly<Record<string, Measured>> => Object.fromEntries(last),
    end: () => {
      for (const timer of timers.values()) clearTimeout(timer)
    },
  }
}
