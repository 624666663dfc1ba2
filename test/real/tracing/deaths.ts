import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { until } from '../kube/waiting.ts'
import { leftFor } from '../outage/left.ts'
import type { CollectedScene } from './collected.ts'
import { SpanCollector, type Way, wayNames } from './collector.ts'
import { Poster, postersService } from './poster.ts'

const withinMs = 120_000

type Figures = Readonly<Record<string, string | number>>

/** Spans in the order in which they were accepted, each by the id of its trace. */
interface Story {
  readonly all: readonly string[]
  /** After the death of all Jaegers: up to the collector's first, and from there to its second. */
  readonly lives: readonly (readonly string[])[]
  /** What was committed at each of its deaths and had not arrived, by way. */
  readonly waited: readonly Readonly<Record<Way, readonly string[]>>[]
}

/**
 * Under load every Jaeger is killed in the middle of whatever it does, then the collector, then, while all that waited goes out, the collector once more. What was accepted
 * since is there; lost are only the last spans before a death of the collector, which no commit had. Twice there is only what had just arrived at its second one, since
 * deliveries are written down with the next commit: one run of spans, none of them more than twice.
 */
export async function deaths(scene: CollectedScene): Promise<Figures> {
  const scratch = join(scene.scratch, 'deaths')
  await using collector = await SpanCollector.start({ scratch, jaegers: scene.jaegers })
  const story = await live(collector, scratch, scene)
  await until(withinMs, () => collector.unsent())
  const shown = await arrival(story, scene)
  const [one] = shown.values()
  const lost = story.lives.map((ids) => ids.filter((id) => !one?.has(id)).length)
  const repeated = [...shown].map(([way, times]) => `${repeatedOf(inOrder(story.all, times), way)} by ${way}`)
  const waited = story.waited.map((left) => Object.values(left).map((ids) => ids.length))
  scene.log(`for ${wayNames.join(', ')} waited at the collector's deaths ${waited.map(String).join(' and ')} spans, and all are there`)
  return {
    'spans accepted while somebody was dead': story.lives.flat().length,
    'of them lost with each death of the collector, uncommitted': lost.join(' and '),
    'shown twice after the death while they were sent': repeated.join(', '),
  }
}

async function live(collector: SpanCollector, scratch: string, { jaegers, outageMs }: CollectedScene): Promise<Story> {
  const poster = new Poster(collector.address)
  const each = (act: (way: Way) => Promise<unknown>) => Promise.all(wayNames.map(act))
  const waiting = async () => {
    const left = (way: Way) => leftFor(way, collector.state, scratch).then(idsIn)
    return { zipkin: await left('zipkin'), otlp: await left('otlp'), jaeger: await left('jaeger') }
  }
  try {
    await everyoneIsSent(collector)
    await each((way) => jaegers[way].kill())
    const gone = poster.accepted.length
    await pause(outageMs / 2)
    await collector.crash()
    const crashed = poster.accepted.length
    const waitedFirst = await waiting()
    await collector.startAgain()
    await pause(outageMs / 2)
    await until(withinMs, async () => (poster.accepted.length > crashed ? undefined : 'nothing is accepted after the crash'))
    await each((way) => jaegers[way].startAgain())
    await everyoneIsSent(collector)
    await collector.crash()
    await poster.stop()
    const waitedThen = await waiting()
    await collector.startAgain()
    const all = poster.accepted
    return { all, lives: [all.slice(gone, crashed), all.slice(crashed)], waited: [waitedFirst, waitedThen] }
  } finally {
    await poster.stop()
  }
}

async function everyoneIsSent(collector: SpanCollector): Promise<void> {
  await until(withinMs, async () => {
    const without = (await collector.destinations()).filter(({ sent }) => sent === 0).map(({ name }) => name)
    return without.length === 0 ? undefined : `nothing has been sent to ${without.join(', ')}`
  })
}

/** Asks again until nothing is missing that must be there: what Jaeger accepts it shows a moment later. @returns how often each span is there */
async function arrival({ lives, waited }: Story, { jaegers }: CollectedScene): Promise<ReadonlyMap<Way, Times>> {
  const shown = new Map<Way, Times>()
  await until(withinMs, async () => {
    for (const way of wayNames) shown.set(way, await timesShown(jaegers[way]))
    const committed = new Set([
      ...waited.flatMap((left) => Object.values(left).flat()),
      ...[...shown.values()].flatMap((times) => [...times.keys()]),
    ])
    const due = lives.flatMap((ids) => ids.slice(0, ids.findLastIndex((id) => committed.has(id)) + 1))
    for (const [way, times] of shown) {
      const missing = [...due, ...waited.flatMap((left) => left[way])].filter((id) => !times.has(id)).length
      if (missing > 0)
        return `${missing} spans are not there by ${way}: they waited, are there by another way, or were accepted before some that are`
    }
    return undefined
  })
  return shown
}

type Times = ReadonlyMap<string, number>

const inOrder = (all: readonly string[], times: Times): number[] => all.flatMap((id) => times.get(id) ?? [])

/** @param times how often each span is there, in the order in which they were sent */
function repeatedOf(times: readonly number[], way: Way): number {
  const repeated = times.filter((count) => count > 1)
  const run = times.slice(
    times.findIndex((count) => count > 1),
    times.findLastIndex((count) => count > 1) + 1,
  )
  const isOneRun = repeated.length === 0 || run.length === repeated.length
  if (!isOneRun || repeated.some((count) => count > 2))
    throw new Error(`by ${way} ${repeated.length} spans are there more than once, among them others than those that were on their way`)
  return repeated.length
}

async function timesShown(jaeger: CollectedScene['jaegers'][Way]): Promise<Times> {
  const traces = await jaeger.traces(postersService)
  return new Map(traces.map(({ traceID, spans }) => [traceID.slice(-16), spans.length]))
}

const idsIn = (chunks: Buffer): readonly string[] =>
  chunks
    .toString()
    .split('\n')
    .filter(Boolean)
    .map((line) => (JSON.parse(line) as { readonly traceId: string }).traceId)
