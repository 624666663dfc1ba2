import { setTimeout as pause } from 'node:timers/promises'
import { onTestFinished } from 'vitest'
import { FakeClock } from '../../support/fake-clock.ts'
import { Desk } from './desk.ts'
import { type Asked, page, Wire } from './wire.ts'

/** The sample that says that a filtered page is one. */
export const live = 'envoy_server_live{} 1\n'
export const good = ({ socket }: Asked) => socket.write(page(live))
export const isFiltered = ({ path }: Asked) => path.includes('filter=')

/** A server for the length of a test. */
export async function serve(script: (asked: Asked) => void) {
  const wire = new Wire(script)
  onTestFinished(() => wire.close())
  return { wire, url: await wire.listen() }
}

/** A scraper for the length of a test, and the time that it lives in. */
export function room(options: Record<string, unknown> = {}) {
  const clock = new FakeClock()
  const desk = new Desk(clock, options)
  onTestFinished(() => desk.scraper.close())
  /** Lets what runs come to its end, as far as the servers let it. */
  const settle = async () => {
    for (let look = 0; look < 20 && (await desk.metric('meshtelemetry_scrapes_in_flight')) > 0; look++) await pause(1)
  }
  /** Lets time pass in steps, none longer than a scrape may take, until a target was reported so many times in all. */
  const pass = async (id: string, reports: number, stepMs = 50) => {
    for (let step = 0; desk.told(id) < reports; step++) {
      if (step > 1_000) throw new Error(`${id} was reported ${desk.told(id)} times, not ${reports}`)
      clock.advance(step === 0 ? 0 : stepMs)
      await settle()
    }
    await settle()
  }
  return { clock, desk, pass }
}
