import { join } from 'node:path'
import type { Browser, BrowserContextOptions, Page } from 'playwright-core'

/** Browsers tell of it only in words that change from one to the next. */
const tellViolations = `addEventListener('securitypolicyviolation', (event) =>
  console.error('against the policy: ' + event.violatedDirective + ' ' + event.blockedURI + ' ' + event.sample))`

export interface Browsing extends BrowserContextOptions {
  readonly browser: Browser
  /** What the page is reached under, with the slash. */
  readonly url: string
  /** From `#` on. */
  readonly view?: string
  /** What a failure leaves a picture in. */
  readonly scratch: string
  /** What is to be watched from the first request on. */
  readonly before?: (page: Page) => Promise<unknown>
  /** Complaints of the browser that are part of the proof, as of a collector that does not answer. */
  readonly isExpected?: (complaint: string) => boolean
}

/**
 * A reader of the page: a browser that has never been here before.
 *
 * @throws where the proof does, and for every error, violation of the policy or request to somebody else
 */
export async function browsing<T>(
  { browser, url, view = '', scratch, isExpected = () => false, before = async () => {}, ...options }: Browsing,
  proof: (page: Page) => Promise<T>,
): Promise<T> {
  const complaints: string[] = []
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, locale: 'en-US', timezoneId: 'UTC', ...options })
  context.setDefaultTimeout(30_000)
  await context.addInitScript(tellViolations)
  context.on('console', (message) => {
    if (message.type() === 'error') complaints.push(`console: ${message.text()}`)
  })
  context.on('weberror', (error) => complaints.push(`error: ${error.error().message}`))
  context.on('dialog', (dialog) => {
    complaints.push(`dialog: ${dialog.message()}`)
    void dialog.dismiss()
  })
  context.on('request', (request) => {
    const { origin, protocol } = new URL(request.url())
    if (origin !== new URL(url).origin && protocol !== 'data:') complaints.push(`request to ${request.url()}`)
  })
  const page = await context.newPage()
  const unexpected = () => complaints.filter((complaint) => !isExpected(complaint))
  try {
    await before(page)
    await page.goto(url + view)
    const result = await proof(page)
    if (unexpected().length > 0) throw new Error(`the browser complains: ${unexpected().slice(0, 5).join('; ')}`)
    return result
  } catch (error) {
    await page.screenshot({ path: join(scratch, `failed-${Date.now()}.png`) }).catch(() => {}) // it is the error that counts
    const told = unexpected().slice(0, 5).join('; ')
    throw new Error(`${view} at ${url}: ${(error as Error).message}${told && ` (${told})`}`, { cause: error })
  } finally {
    await context.close()
  }
}
