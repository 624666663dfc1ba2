import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import type { EdgesAnswer } from '../../../src/model/figures.ts'
import type { TracesAnswer } from '../../../src/model/trace-figures.ts'
import { until } from '../kube/waiting.ts'
import { browsing } from './browsing.ts'
import { startMadeMesh, type MadePod } from './made-mesh.ts'
import type { Reader } from './scene.ts'
import { seen } from './seen.ts'

const services = 200
const edgesWanted = 1_000
const targets = 5_000
const traces = 200
const spansOfLargest = 1_000
const spansOfOthers = 50
/** Generous: it is the figures that tell how it is. */
const withinMs = 60_000

const watchTasks = `globalThis.longTasks = []
new PerformanceObserver((list) => longTasks.push(...list.getEntries().map(({ duration }) => duration))).observe({ type: 'longtask', buffered: true })`

type Figures = Readonly<Record<string, string>>

/** A large mesh: how soon there is something to see, and how smooth it is from then on. */
export async function proveScale({ browser, scratch: scratchOfAll }: Reader): Promise<Figures> {
  const scratch = join(scratchOfAll, 'scale')
  await mkdir(scratch)
  await using mesh = await startMadeMesh(podsOf(), { scratch, interval: '10s' })
  await postTraces(mesh.spansUrl)
  await until(withinMs, async () => {
    const { edges } = await mesh.collector.json<EdgesAnswer>('/api/v1/edges')
    const moved = edges.filter(({ requests }) => (requests?.inWindow ?? 0) > 0).length
    return moved >= edgesWanted ? undefined : `${moved} of ${edges.length} edges have requests`
  })
  const known = await mesh.collector.json<TracesAnswer>('/api/v1/traces?limit=200')
  const largest = known.traces.find(({ spans }) => spans >= spansOfLargest)?.traceId ?? ''
  const figures: Record<string, string> = {}
  for (const [name, view] of [
    ['requests', '#/requests'],
    ['connections', '#/connections'],
    ['map', '#/map'],
    ['targets', '#/targets'],
    ['traces', '#/traces'],
    ['largest trace', `#/traces/${largest}`],
  ] as const)
    figures[`${name} at scale`] = await browsing(
      { browser, scratch, url: `${mesh.collector.url}/`, view, before: (page) => page.addInitScript(watchTasks) },
      (page) => smoothness(page, name === 'map'),
    )
  return figures
}

/** How long until the first look, what the refreshes after it cost, and how evenly it moves. */
async function smoothness(page: Page, isMap: boolean): Promise<string> {
  await page.locator('main').getByRole('heading', { level: 2 }).first().waitFor({ timeout: withinMs })
  await page.locator('main :is(tbody tr, svg a, a)').first().waitFor({ timeout: withinMs })
  const firstMs = await page.evaluate<number>('performance.now()')
  await page.waitForLoadState('networkidle')
  const firstTasks = await page.evaluate<number[]>('longTasks.splice(0)')
  let answers = 0
  page.on('response', (one) => (answers += Number(one.url().includes('/api/v1/status'))))
  await seen('a refresh', async () => answers >= 1, withinMs)
  await page.waitForLoadState('networkidle')
  const tasks = await page.evaluate<number[]>('longTasks')
  const frames = isMap ? await whilePanning(page) : await page.evaluate<number[]>(scrolling)
  const sorted = frames.toSorted((a, b) => a - b)
  const at = (share: number) => (sorted[Math.floor(share * (sorted.length - 1))] ?? 0).toFixed(0)
  const listed = (all: readonly number[]) => (all.length > 0 ? `${all.map((ms) => ms.toFixed(0)).join(' + ')} ms` : 'none')
  return `first look after ${firstMs.toFixed(0)} ms, long tasks ${listed(firstTasks)}; of a refresh ${listed(tasks)}; frames while moving: ${at(0.5)} ms, p95 ${at(0.95)} ms, longest ${at(1)} ms`
}

const frameTimes = `const frames = []
let last = performance.now()
const frame = (resolve, move, count) => requestAnimationFrame((now) => {
  frames.push(now - last)
  last = now
  move()
  count > 0 ? frame(resolve, move, count - 1) : resolve(frames.slice(1))
})`
const scrolling = `new Promise((resolve) => { ${frameTimes}; frame(resolve, () => scrollBy(0, 120), 60) })`

async function whilePanning(page: Page): Promise<number[]> {
  const counted = page.evaluate<number[]>(`new Promise((resolve) => { ${frameTimes}; frame(resolve, () => {}, 60) })`)
  const box = await page.locator('main svg').last().boundingBox()
  const [x, y] = [(box?.x ?? 0) + 40, (box?.y ?? 0) + 40]
  await page.mouse.move(x, y)
  await page.mouse.down()
  await page.mouse.move(x + 300, y + 200, { steps: 30 })
  await page.mouse.up()
  return counted
}

function podsOf(): readonly MadePod[] {
  const namespaceOf = (n: number) => `team-${n % 10}`
  const perService = edgesWanted / services
  const callsOf = (n: number) =>
    Array.from({ length: perService }, (_, i) => (n * perService + i * 37 + 1) % services).map(
      (to) => `${namespaceOf(to)}/service-${to}|80`,
    )
  return Array.from({ length: targets }, (_, n) => {
    const service = n % services
    const app = `service-${service}`
    return { namespace: namespaceOf(service), app, name: `${app}-7d4cdc5f9b-${n}`, clusters: callsOf(service), isAway: n >= services }
  })
}

async function postTraces(url: string): Promise<void> {
  for (let trace = 0; trace < traces; trace++) {
    const spans = Array.from({ length: trace === 0 ? spansOfLargest : spansOfOthers }, (_, i) => ({
      traceId: (trace + 1).toString(16).padStart(16, '0'),
      id: (i + 1).toString(16).padStart(16, '0'),
      ...(i > 0 && {
        parentId: Math.ceil(i / 3)
          .toString(16)
          .padStart(16, '0'),
      }),
      kind: i % 2 === 0 ? 'CLIENT' : 'SERVER',
      name: 'GET',
      timestamp: (Date.now() + i) * 1e3,
      duration: Math.max(1, spansOfLargest - i) * 1e3,
      localEndpoint: { serviceName: `service-${i % services}.team` },
      tags: { 'http.status_code': i % 9 === 8 ? '503' : '200' },
    }))
    const headers = { 'content-type': 'application/json' }
    await until(withinMs, async () => {
      const answer = await fetch(url, { method: 'POST', headers, body: JSON.stringify(spans) }).catch(() => undefined)
      return answer?.ok ? undefined : `spans are answered with ${answer?.status}`
    })
  }
}
