import { expect, it } from 'vitest'
import { StopRequests } from '../../src/cli/stop-requests.ts'
import { FakeClock } from '../support/fake-clock.ts'

it('takes a Ctrl-C that arrives several times as one, and a later one as a second', () => {
  const clock = new FakeClock()
  const requests = new StopRequests(clock)
  const heard = [0, 3, 300, 400, 2_000].map((delayMs, i, all) => {
    clock.advance(delayMs - (all[i - 1] ?? 0))
    return requests.heard()
  })
  expect(heard).toEqual(['first', 'same', 'same', 'same', 'again'])
  expect(requests.signal.aborted).toBe(true)
})
