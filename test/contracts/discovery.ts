import { setTimeout as sleep } from 'node:timers/promises'
import { expect, it, onTestFinished } from 'vitest'
import { createDiscovery } from '../../src/discover/kinds.ts'
import { discoverOptions } from '../../src/discover/options.ts'
import type { Discovered } from '../../src/model/discovered.ts'
import { systemClock } from '../../src/runtime/clock.ts'
import { AwakeTime } from '../support/awake-time.ts'
import { testTelemetry } from '../support/telemetry.ts'

/** A world in which one target is found, and a second one can be added. */
export interface DiscoveredWorld extends AsyncDisposable {
  /** The `discover` section that leads there. */
  readonly options: object
  /** From now on there is a second target. */
  add(): Promise<void> | void
  /** What cannot be read at all: `start` rejects. */
  readonly unreadable: object
}

/** What every source of discovery promises, under the real clock. */
export function itIsADiscovery(enter: () => Promise<DiscoveredWorld>): void {
  const create = (options: object) => {
    const context = {
      clock: systemClock,
      telemetry: testTelemetry(),
      baseDirectory: '/',
      notes: new Map<string, string>(),
      allowLoopback: false,
    }
    return createDiscovery(discoverOptions.parse(options), context)
  }

  it('tells the outcome before it has started, a change within two seconds, and neither twice at a time', async () => {
    await using world = await enter()
    const discovery = create(world.options)
    const found: Discovered[] = []
    let isInside = false
    await discovery.start((outcome) => {
      expect(isInside).toBe(false)
      isInside = true
      found.push(outcome)
      isInside = false
    })
    expect(found.map(({ targets }) => targets.length)).toEqual([1])
    await world.add()
    const passed = new AwakeTime()
    onTestFinished(() => passed.close())
    while (found.length === 1 && passed.ms < 2_000) await sleep(10)
    expect(found.map(({ targets }) => targets.map(({ bornWatched }) => bornWatched))).toEqual([[false], [false, true]])
    expect(found[1]?.targets[0]).toBe(found[0]?.targets[0])
    await discovery.close()
  })

  it('is closed twice, and before it has started; after that nothing is told', async () => {
    await using world = await enter()
    const never = create(world.options)
    await never.close()
    await never.close()
    const discovery = create(world.options)
    const found: Discovered[] = []
    await discovery.start((outcome) => found.push(outcome))
    await Promise.all([discovery.close(), discovery.close()])
    await world.add()
    await sleep(700)
    expect(found).toHaveLength(1)
  })

  it('does not start where nothing can be read, and is closed then, too', async () => {
    await using world = await enter()
    const discovery = create(world.unreadable)
    await expect(discovery.start(() => {})).rejects.toMatchObject({ name: 'Problem' })
    await discovery.close()
  })
}
