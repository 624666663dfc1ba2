import type { Page } from 'playwright-core'
import type { EdgeFigures, EdgesAnswer } from '../../../src/model/figures.ts'
import type { Scene } from './scene.ts'
import { rowsIn, type SeenRow, shows } from './seen.ts'

/** Requests, connections and the map show what the API says of the same moment. */
export async function proveEdges(scene: Scene, until: string): Promise<void> {
  const moment = { scene, window: '1m', until }
  await proveRequests(moment)
  await proveConnections(moment)
  await proveMap(moment)
}

/** A moment that is over: whoever asks for it, and when, gets the same figures. */
interface Moment {
  readonly scene: Scene
  readonly window: string
  readonly until: string
}

const asked = ({ window, until }: Moment, more: Readonly<Record<string, string>> = {}) =>
  String(new URLSearchParams({ window, until, ...more }))

async function edgesOf(moment: Moment, more: Readonly<Record<string, string>>): Promise<readonly EdgeFigures[]> {
  const { edges } = await moment.scene.json<EdgesAnswer>(`/api/v1/edges?${asked(moment, { internals: 'false', ...more })}`)
  return edges
}

/** What a row has of each figure, by the column's title. */
type Wanted = Readonly<Record<string, number | null | undefined>>

function expectRows(rows: readonly SeenRow[], wanted: ReadonlyMap<string, Wanted>): void {
  const names = rows.map((row) => Object.values(row)[0] ?? '')
  if (names.toSorted().join() !== [...wanted.keys()].toSorted().join())
    throw new Error(`there are ${names.join()}, not ${[...wanted.keys()].join()}`)
  for (const row of rows) {
    const [name = ''] = Object.values(row)
    for (const [title, value] of Object.entries(wanted.get(name) ?? {}))
      if (value !== null && value !== undefined && !shows(row[title], value))
        throw new Error(`${name}: ${title} is shown as ${row[title]}, not ${value}`)
  }
}

const sourceOf = ({ labels }: EdgeFigures) => `${labels.source_namespace}/${labels.source_service ?? labels.source_workload}`
const destinationOf = ({ labels }: EdgeFigures) =>
  `${labels.destination_namespace}/${labels.destination_service}:${labels.destination_port}`

/** Sources, worst first; one of them, its destinations; one of these, the edge. */
async function proveRequests(moment: Moment): Promise<void> {
  const sources = (await edgesOf(moment, { by: 'source' })).filter(({ requests }) => requests)
  const [worst] = sources
  if (!worst?.requests?.errorRatio) throw new Error('the worst source has no errors: they are not first')
  const source = sourceOf(worst)
  const pairs = (await edgesOf(moment, { by: 'pair', source })).filter(({ requests }) => requests)
  await moment.scene.browse(`#/requests?${asked(moment)}`, async (page) => {
    const rows = await rowsIn(page, 'Requests')
    if (rows[0]?.Source !== source) throw new Error(`${rows[0]?.Source} is first, not ${source}, which is the worst`)
    expectRows(rows, new Map(sources.map((edge) => [sourceOf(edge), requestFigures(edge)])))
    await page.getByRole('link', { name: source, exact: true }).first().click()
    expectRows(await rowsIn(page, 'Calls'), new Map(pairs.map((edge) => [destinationOf(edge), pairFigures(edge)])))
    const [pair] = pairs
    if (!pair) throw new Error(`${source} calls nobody`)
    await page
      .getByRole('rowheader')
      .getByRole('link', { name: destinationOf(pair), exact: true })
      .click()
    expectRows([await factsIn(page)], new Map([['', edgeFigures(pair)]]))
  })
  await proveCalled(moment)
}

/** Who calls somebody that calls nobody by HTTP. */
async function proveCalled(moment: Moment): Promise<void> {
  const destination = 'bookwarehouse/bookwarehouse'
  const pairs = await edgesOf(moment, { by: 'pair', destination })
  await moment.scene.browse(`#/requests/${encodeURIComponent(destination)}?${asked(moment)}`, async (page) => {
    expectRows(await rowsIn(page, 'Called by'), new Map(pairs.map((edge) => [sourceOf(edge), pairFigures(edge)])))
    await page.getByRole('region', { name: 'What it counts itself' }).getByRole('row').nth(1).waitFor()
    await page.getByRole('heading', { name: 'Calls to it over time' }).waitFor()
  })
}

/** Callers, those of TCP among them; one of them, and whom it connects to. */
async function proveConnections(moment: Moment): Promise<void> {
  const sources = await edgesOf(moment, { by: 'source' })
  const source = 'bookwarehouse/bookwarehouse'
  const pairs = await edgesOf(moment, { by: 'pair', source })
  await moment.scene.browse(`#/connections?${asked(moment)}`, async (page) => {
    expectRows(await rowsIn(page, 'Connections by source'), new Map(sources.map((edge) => [sourceOf(edge), connectionFigures(edge)])))
    await page.getByRole('link', { name: source, exact: true }).first().click()
    expectRows(await rowsIn(page, 'Whom it connects to'), new Map(pairs.map((edge) => [destinationOf(edge), connectionFigures(edge)])))
    await page.getByRole('rowheader').getByRole('link', { name: 'bookwarehouse/mysql:3306', exact: true }).click()
    await page.getByRole('heading', { level: 2, name: 'bookwarehouse/mysql:3306' }).waitFor()
  })
}

const connectionFigures = ({ connections, requests, bytes }: EdgeFigures): Wanted => ({
  Attempts: connections?.opened,
  Failed: connections?.failed,
  Requests: requests?.inWindow,
  Sent: bytes?.sentPerSecond,
  Received: bytes?.receivedPerSecond,
})

/** Every call is a line with its rate, and a click on it leads to the edge. */
async function proveMap(moment: Moment): Promise<void> {
  const pairs = await edgesOf(moment, { by: 'pair' })
  await moment.scene.browse(`#/map?${asked(moment)}`, async (page) => {
    const links = page.getByRole('group', { name: 'Map of services' }).getByRole('link', { name: ' → ' })
    await links.first().waitFor()
    const names = await links.evaluateAll((all) => all.map((link) => link.getAttribute('aria-label') ?? link.textContent ?? ''))
    if (names.length !== pairs.length) throw new Error(`the map has ${names.length} calls, not ${pairs.length}: ${names.join('; ')}`)
    for (const edge of pairs) {
      const call = `${sourceOf(edge)} → ${destinationOf(edge)}`
      const text = names.find((name) => name.startsWith(`${call}: `))
      const { perSecond } = edge.requests ?? {}
      if (text === undefined || (perSecond && !shows(text.slice(call.length + 2), perSecond)))
        throw new Error(`${call}, ${perSecond} a second, is shown as ${text}`)
    }
    const [x, y] = await links.first().evaluate((link) => {
      const line = link.querySelector('path')
      const { x: at, y: below } = line.getPointAtLength(line.getTotalLength() / 4).matrixTransform(line.getScreenCTM())
      return [at, below] as [number, number]
    })
    await page.mouse.click(x, y)
    await page.waitForURL((url) => /^#\/(?:requests|connections)\/[^/]+\/[^/]+/.test(url.hash))
  })
}

const requestFigures = ({ requests, latencySeconds, bytes }: EdgeFigures): Wanted => ({
  Requests: requests?.inWindow,
  'Requests/s': requests?.perSecond,
  'Errors (5xx)': requests?.errorRatio,
  '4xx': requests?.clientErrorRatio,
  P90: latencySeconds?.p90,
  Sent: bytes?.sentPerSecond,
  Received: bytes?.receivedPerSecond,
})

const pairFigures = ({ requests, latencySeconds }: EdgeFigures): Wanted => ({
  Requests: requests?.inWindow,
  'Requests/s': requests?.perSecond,
  Success: 1 - (requests?.errorRatio ?? 0),
  P50: latencySeconds?.p50,
  P90: latencySeconds?.p90,
  P95: latencySeconds?.p95,
  P99: latencySeconds?.p99,
})

const edgeFigures = ({ requests, latencySeconds, connections, bytes }: EdgeFigures): Wanted => ({
  Requests: requests?.inWindow,
  'Requests/s': requests?.perSecond,
  'Errors (5xx)': requests?.errorRatio,
  P50: latencySeconds?.p50,
  P90: latencySeconds?.p90,
  P95: latencySeconds?.p95,
  P99: latencySeconds?.p99,
  Mean: latencySeconds?.mean,
  Attempts: connections?.opened,
  Sent: bytes?.sentPerSecond,
  Received: bytes?.receivedPerSecond,
})

/** What is told of the edge, by its terms, once it is there. */
async function factsIn(page: Page): Promise<SeenRow> {
  await page.getByRole('term').filter({ hasText: 'Mean' }).waitFor()
  const [terms, facts] = [await page.locator('main dt').allInnerTexts(), await page.locator('main dd').allInnerTexts()]
  return { name: '', ...Object.fromEntries(terms.map((term, i) => [term, facts[i] ?? ''])) }
}
