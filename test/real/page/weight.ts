import type { Page } from 'playwright-core'
import type { Scene } from './scene.ts'

const limitBytes = 100_000

/** The page itself tells what it had when the first row came: what it loads after that, for later, is not waited for. */
const watchRows = `new MutationObserver((_, observer) => {
  if (!document.querySelector('main tbody th')) return
  observer.disconnect()
  globalThis.firstRows = {
    ms: performance.now(),
    urls: [location.origin + location.pathname, ...performance.getEntriesByType('resource').map(({ name }) => name)],
  }
}).observe(document, { childList: true, subtree: true })`

interface FirstRows {
  readonly ms: number
  readonly urls: readonly string[]
}

/** What comes over the network until there are rows, as it is packed, headers included. */
export async function proveWeight(scene: Scene): Promise<Readonly<Record<string, string>>> {
  const bytes = new Map<string, number>()
  const before = async (page: Page) => {
    await page.addInitScript(watchRows)
    const network = await page.context().newCDPSession(page)
    const urls = new Map<string, string>()
    network.on('Network.requestWillBeSent', ({ requestId, request }) => void urls.set(requestId, request.url))
    network.on('Network.loadingFinished', ({ requestId, encodedDataLength }) => {
      const url = urls.get(requestId) ?? ''
      if (!bytes.has(url)) bytes.set(url, encodedDataLength)
    })
    await network.send('Network.enable')
  }
  const look = async (page: Page) => {
    await page.getByRole('rowheader').first().waitFor()
    return page.evaluate<FirstRows>('firstRows')
  }
  const { ms, urls } = await scene.browse('', look, { before })
  const needed = [...new Set(urls)].map((url) => [url, bytes.get(url) ?? 0] as const)
  const total = needed.reduce((sum, [, size]) => sum + size, 0)
  if (total > limitBytes) {
    const heaviest = needed.toSorted(([, a], [, b]) => b - a).slice(0, 5)
    throw new Error(`${total} bytes until there are rows; most of them: ${heaviest.map(([url, size]) => `${url} ${size}`).join(', ')}`)
  }
  return { 'first rows': `${(total / 1e3).toFixed(1)} kB in ${needed.length} answers, after ${(ms / 1e3).toFixed(2)} s` }
}
