import type { Page } from 'playwright-core'
import type { Scene } from './scene.ts'
import { seen, tabLink, tabTitles } from './seen.ts'

const service = 'bookstore/bookstore-v1'
const filtered = `#/requests?window=1m&internals=shown&namespace=bookstore&service=${encodeURIComponent(service)}&search=book`

/** What a reader has set goes with the address: over a reload, to somebody else, back and on; the times are the reader's own, and so is the language. */
export async function proveFilters(scene: Scene, until: string): Promise<void> {
  const address = await scene.browse('#/requests', async (page) => {
    await set(page)
    await seen('all of it in the address', async () => new URL(page.url()).hash.includes('search=book'))
    await expectSet(page)
    await page.reload()
    await expectSet(page)
    await tabLink(page, 'Targets').click()
    await seen(
      'the filters on another tab',
      async () => new URL(page.url()).hash.startsWith('#/targets?') && page.url().includes('window=1m'),
    )
    await page.goBack()
    await seen('the tab from before', async () => (await tabLink(page, 'Requests').getAttribute('aria-current')) === 'page')
    await expectSet(page)
    return new URL(page.url()).hash
  })
  const [wanted, got] = [filtered, address].map((hash) => new URLSearchParams(hash.split('?')[1]))
  wanted?.sort()
  got?.sort()
  if (String(wanted) !== String(got)) throw new Error(`the address is ${address}`)
  await scene.browse(address, expectSet)
  await proveTimes(scene, until)
  await proveLanguage(scene)
}

async function set(page: Page): Promise<void> {
  await page.getByRole('rowheader').first().waitFor()
  await page.getByLabel('Time range').selectOption('1m')
  await page.getByLabel('Namespace').selectOption('bookstore')
  await page.getByRole('combobox', { name: 'Service' }).selectOption(service)
  await page.getByLabel('destinations').check()
  await page.getByLabel('Search').fill('book')
}

async function expectSet(page: Page): Promise<void> {
  const isSet = async () =>
    (await page.getByLabel('Time range').inputValue()) === '1m' &&
    (await page.getByLabel('Namespace').inputValue()) === 'bookstore' &&
    (await page.getByRole('combobox', { name: 'Service' }).inputValue()) === service &&
    (await page.getByLabel('destinations').isChecked()) &&
    (await page.getByLabel('Search').inputValue()) === 'book'
  await seen('the filters of the address', isSet)
}

/** The same moment reads as eight hours later in Shanghai. */
async function proveTimes(scene: Scene, until: string): Promise<void> {
  const hourIn = (timezoneId: string) =>
    scene.browse(
      `#/requests?until=${encodeURIComponent(until)}`,
      async (page) => {
        const said = await page.getByText('ending', { exact: false }).first().innerText()
        return /(?<clock>\d+:\d\d:\d\d\s?[AP]M)/.exec(said)?.groups?.clock ?? said
      },
      { timezoneId },
    )
  for (const timeZone of ['UTC', 'Asia/Shanghai']) {
    const wanted = new Intl.DateTimeFormat('en', { timeStyle: 'medium', timeZone }).format(new Date(until))
    const shown = await hourIn(timeZone)
    if (shown.replaceAll(/\s/g, ' ') !== wanted.replaceAll(/\s/g, ' '))
      throw new Error(`in ${timeZone} ${until} is shown as ${shown}, not ${wanted}`)
  }
}

async function proveLanguage(scene: Scene): Promise<void> {
  const speaks = async (page: Page, language: keyof typeof tabTitles) => {
    for (const title of tabTitles[language]) await tabLink(page, title).waitFor()
    await seen(language, async () => (await page.locator('html').getAttribute('lang')) === language)
  }
  await scene.browse(
    '',
    async (page) => {
      await speaks(page, 'zh')
      await page.getByLabel('语言').selectOption('en')
      await speaks(page, 'en')
      await page.reload()
      await speaks(page, 'en')
    },
    { locale: 'zh-CN' },
  )
  await scene.browse('', (page) => speaks(page, 'en'), { locale: 'de-DE' })
}
