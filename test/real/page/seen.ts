import type { Locator, Page } from 'playwright-core'
import { until } from '../kube/waiting.ts'

/** Rows of a table as a reader sees them: what stands in each cell, by the title of its column. */
export type SeenRow = Readonly<Record<string, string>>

/** The page's languages; the words are those by which readers find the parts. */
export const tabTitles = {
  en: ['Requests', 'Connections', 'Map', 'Targets', 'Pipeline', 'Traces'],
  zh: ['请求', '连接', '拓扑', '抓取目标', '管道', '追踪'],
} as const

export const tabLink = (page: Page, title: string): Locator => page.locator('header').getByRole('link', { name: title, exact: true })

/** Another view of the page that is open; resolves when it is drawn and has something to show. The page names itself after each view that it has drawn. */
export async function openPlace(page: Page, view: string): Promise<void> {
  await page.evaluate(`if (location.hash !== ${JSON.stringify(view)}) {
    document.title = ''
    location.hash = ${JSON.stringify(view)}
  }`)
  await seen(`${view} drawn`, async () => (await page.title()) !== '')
  await page.locator('main').getByRole('heading', { level: 2 }).first().waitFor()
  await seen(`the figures of ${view}`, async () => (await page.locator('main [aria-busy="true"]').count()) === 0)
}

/** The rows of the table with that caption, once it is there. */
export async function rowsIn(page: Page, caption: string): Promise<readonly SeenRow[]> {
  const table = page.getByRole('region', { name: caption, exact: true })
  await table.getByRole('rowheader').first().waitFor()
  return rowsOf(table)
}

/** All rows of a table that have a name: that is the link, where it has one. What a title has below its first line is left out: notes stand there. */
async function rowsOf(table: Locator): Promise<readonly SeenRow[]> {
  return table.evaluate((element) => {
    const textOf = (cell: { innerText: string }) => cell.innerText.trim()
    const nameOf = (cell: { tagName: string; innerText: string; querySelector: (which: string) => { innerText: string } | null }) =>
      textOf(cell.tagName === 'TH' ? (cell.querySelector('a') ?? cell) : cell)
    const titles = [...element.querySelectorAll('thead th')].map((cell) => textOf(cell).split('\n')[0] ?? '')
    return [...element.querySelectorAll('tbody tr:has(> th)')].map((row) =>
      Object.fromEntries([...row.children].map((cell, i) => [titles[i] ?? '', nameOf(cell)])),
    )
  })
}

const magnitudes: Readonly<Record<string, number>> = {
  ms: 1e-3, s: 1, '%': 0.01, kB: 1e3, MB: 1e6, GB: 1e9, K: 1e3, M: 1e6, B: 1,
} // prettier-ignore

/** The number that a text begins with, in its base unit: seconds, bytes, shares; NaN where there is none. */
export function figureIn(text = ''): number {
  const { number = '', unit = '' } = /^(?<number>-?[\d,.]+)\s*(?<unit>ms|s|%|kB|MB|GB|K|M|B)?/.exec(text)?.groups ?? {}
  return number === '' ? Number.NaN : Number(number.replaceAll(',', '')) * (magnitudes[unit] ?? 1)
}

/** Whether a text shows a figure, written with three digits. */
export const shows = (text: string | undefined, value: number): boolean =>
  Math.abs(figureIn(text) - value) <= Math.max(Math.abs(value) * 0.006, 1e-9)

/** Waits until the reader sees what is told, which is asked again and again. */
export async function seen(what: string, isSeen: () => Promise<boolean>, withinMs = 30_000): Promise<void> {
  await until(withinMs, async () => ((await isSeen()) ? undefined : `not seen: ${what}`))
}
