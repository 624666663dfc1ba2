import { setImmediate as turn } from 'node:timers/promises'
import { expect, it } from 'vitest'
import { target } from '../scrape/support/desk.ts'
import { good, room, serve } from '../scrape/support/room.ts'

const intervalMs = 10_000
const names = Array.from({ length: 12 }, (_, i) => `uid-${i}:15010`)

/** Twelve targets that were each read once. */
async function watching() {
  const { url } = await serve(good)
  const all = room({ interval: `${intervalMs}ms`, filter: 'off' })
  const { desk, pass } = all
  desk.scraper.sync(names.map((name) => target(name, url)))
  for (const name of names) await pass(name, 1)
  const step = async (ms: number) => {
    all.clock.advance(ms)
    const running = async () => (await desk.metric('meshtelemetry_scrapes_in_flight')) > 0
    do await turn()
    while (await running())
  }
  return { ...all, url, step, read: () => desk.pages.length - names.length }
}

it('lets everyone wait for their slots after the process stood still', async () => {
  const { clock, desk, step, read } = await watching()
  clock.standStill(600_000)
  await step(0)
  expect(read()).toBe(0)
  const atOnce: number[] = []
  for (let passed = 0; passed < intervalMs; passed += 500) {
    const before = read()
    await step(500)
    atOnce.push(read() - before)
  }
  expect(read()).toBe(names.length)
  expect(Math.max(...atOnce)).toBeLessThanOrEqual(4)
  expect(await desk.metric('meshtelemetry_scrapes_skipped_total')).toBeGreaterThanOrEqual(60 * names.length - names.length)
})

it('reads all the same who is late each time', async () => {
  const { clock, step, read } = await watching()
  for (let round = 0; round < 4; round++) {
    clock.standStill(3 * intervalMs)
    await step(0)
  }
  expect(read()).toBeGreaterThanOrEqual(names.length)
})

it('reads a pod that leaves at once: it will not be there for long', async () => {
  const { clock, desk, url, step, read } = await watching()
  desk.scraper.sync(names.map((name) => target(name, url, { terminating: true })))
  await step(0)
  const before = read()
  clock.standStill(600_000)
  await step(0)
  expect(read() - before).toBe(names.length)
})
