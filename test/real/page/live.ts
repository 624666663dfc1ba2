import type { Page } from 'playwright-core'
import type { Scene } from './scene.ts'
import { seen } from './seen.ts'

const hide = (isHidden: boolean) => `Object.defineProperty(document, 'hidden', { configurable: true, get: () => ${isHidden} })
document.dispatchEvent(new Event('visibilitychange'))`

const bodyRows = (page: Page) => page.locator('main tbody tr')
const textOf = async (page: Page) => (await bodyRows(page).allInnerTexts()).join('\n')

/** Figures go on by themselves in the rows that are there; nobody asks for a reader who does not look; a collector that went and came back is told of and found again. */
export async function proveLive(scene: Scene): Promise<void> {
  await scene.browse('#/requests?window=30s', async (page) => {
    await bodyRows(page).first().waitFor()
    await keepsRows(page)
    await restsWhileHidden(scene, page)
  })
  await scene.browse('#/requests?window=30s', (page) => survivesLoss(scene, page), {
    isExpected: (complaint) => complaint.includes('net::ERR_') || complaint.includes('503'),
  })
}

async function keepsRows(page: Page): Promise<void> {
  const marked = await bodyRows(page).evaluateAll((rows) => {
    for (const row of rows) Object.assign(row, { wasHere: true })
    return rows.length
  })
  const before = await textOf(page)
  await seen('other figures', async () => (await textOf(page)) !== before)
  const kept = await bodyRows(page).evaluateAll((rows) => rows.filter((row) => 'wasHere' in row).length)
  if (kept < marked) throw new Error(`of ${marked} rows ${marked - kept} were made anew for new figures`)
}

/** As long as another reader asks three times, this one asks nothing. */
async function restsWhileHidden(scene: Scene, page: Page): Promise<void> {
  const asked: string[] = []
  page.on('request', (request) => {
    if (request.url().includes('/api/')) asked.push(request.url())
  })
  await page.evaluate(hide(true))
  asked.length = 0
  await scene.browse('#/requests', async (other) => {
    let others = 0
    other.on('request', (one) => (others += Number(one.url().includes('/status'))))
    await seen('another reader that asks', async () => others >= 3)
  })
  if (asked.length > 0) throw new Error(`while nobody could see the page it asked for ${asked.join(', ')}`)
  await page.evaluate(hide(false))
  await seen('that the page asks again', async () => asked.length > 0)
}

async function survivesLoss(scene: Scene, page: Page): Promise<void> {
  await bodyRows(page).first().waitFor()
  const names = () => page.getByRole('rowheader').allInnerTexts()
  const before = (await names()).join()
  await scene.loseCollector()
  const lost = page.getByText('The collector has not answered since')
  await lost.waitFor()
  if ((await names()).join() !== before) throw new Error('the last figures went with the collector')
  const kept = await textOf(page)
  await scene.returnCollector()
  await seen('the collector that is back', async () => (await lost.count()) === 0 && (await textOf(page)) !== kept)
}
