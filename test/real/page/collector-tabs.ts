import type { StatusAnswer, TargetsAnswer } from '../../../src/model/figures.ts'
import type { TraceAnswer } from '../../../src/model/trace-figures.ts'
import { jaegerUrl, type Scene } from './scene.ts'
import { figureIn, rowsIn, seen } from './seen.ts'

/** Targets, the pipeline and traces show what the collector says of itself. */
export async function proveCollectorTabs(scene: Scene): Promise<void> {
  await proveTargets(scene)
  await provePipeline(scene)
  await proveTraces(scene)
}

/** Who is scraped, and who is not, with what mends it. */
async function proveTargets(scene: Scene): Promise<void> {
  await scene.browse('#/targets', async (page) => {
    await seen('every target with its series', async () => {
      const { targets } = await scene.json<TargetsAnswer>('/api/v1/targets')
      const rows = await rowsIn(page, 'Scraped')
      const row = (pod: string | null) => rows.find((one) => one.Pod === pod)
      return rows.length === targets.length && targets.every(({ pod, series }) => figureIn(row(pod)?.Series) === series)
    })
    const { dropped } = await scene.json<TargetsAnswer>('/api/v1/targets')
    if (dropped.length === 0) throw new Error('the demo has nobody who is not scraped')
    const main = page.locator('main')
    for (const { namespace, remedy } of dropped) {
      await main.getByText(namespace, { exact: true }).first().waitFor()
      await main.getByText(remedy).first().waitFor()
    }
  })
}

/** What arrived at each destination goes on; the page has what the collector said a moment ago. */
async function provePipeline(scene: Scene): Promise<void> {
  await scene.browse('#/pipeline', async (page) => {
    await seen('what arrived at the files', async () => {
      const { destinations } = await scene.json<StatusAnswer>('/api/v1/status')
      const rows = await rowsIn(page, 'Destinations')
      const [files] = destinations
      const row = rows.find(({ Destination }) => Destination?.startsWith('files'))
      return files !== undefined && rows.length === destinations.length && figureIn(row?.Arrived) === files.sent
    })
  })
}

/** Traces with errors come first; one of them has all of its spans. */
async function proveTraces(scene: Scene): Promise<void> {
  const trace = (await scene.places()).find(({ name }) => name === 'trace')
  await scene.browse('#/traces', async (page) => {
    const rows = await rowsIn(page, 'The last traces, those with errors first')
    const errors = rows.map((row) => figureIn(row.Errors) > 0)
    if (!errors[0]) throw new Error('the first trace has no errors')
    if (errors.lastIndexOf(true) > errors.indexOf(false) && errors.includes(false)) throw new Error('traces with errors do not come first')
    const link = page.locator(`a[href="${trace?.view}"]`).first()
    await link.click()
    const spans = page.locator('.waterfall li')
    await spans.first().waitFor()
    const id = new URL(page.url()).hash.split('/').at(-1)?.split('?')[0]
    const { tree } = await scene.json<TraceAnswer>(`/api/v1/traces/${id}`)
    if ((await spans.count()) !== tree.length) throw new Error(`of ${tree.length} spans ${await spans.count()} are shown`)
    const names = (await spans.getByRole('strong').allInnerTexts()).join()
    const services = tree.map(({ service }) => service?.split('.').toReversed().join('/'))
    for (const service of services) if (service && !names.includes(service)) throw new Error(`${service} is not among ${names}`)
    const jaeger = await page.getByRole('link', { name: 'Open in Jaeger' }).getAttribute('href')
    if (jaeger !== `${jaegerUrl}/trace/${id}`) throw new Error(`Jaeger's link leads to ${jaeger}`)
  })
}
