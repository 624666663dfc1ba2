import { once } from 'node:events'
import { createServer, request, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Page } from 'playwright-core'
import type { Scene } from './scene.ts'
import { tabLink, tabTitles } from './seen.ts'

/** Behind a proxy the page is under a path of its own, with the slash and without. */
export async function provePrefix(scene: Scene): Promise<void> {
  const proxy = await startProxy(scene.url)
  const { port } = proxy.address() as AddressInfo
  try {
    const url = `http://127.0.0.1:${port}/mesh`
    // Browsers look ahead while the page finds out that it lacks its slash: what they ask for beside it is not there, and not needed.
    const isExpected = (complaint: string) => complaint.includes('404')
    await scene.browse('', (page) => page.getByRole('rowheader').first().waitFor(), { url, isExpected })
    await scene.browse('', openTabs, { url: `${url}/` })
  } finally {
    proxy.closeAllConnections()
    proxy.close()
    await once(proxy, 'close')
  }
}

async function openTabs(page: Page): Promise<void> {
  const beside: string[] = []
  page.on('request', (asked) => {
    if (!new URL(asked.url()).pathname.startsWith('/mesh/')) beside.push(asked.url())
  })
  await page.getByRole('rowheader').first().waitFor()
  for (const title of tabTitles.en) {
    await tabLink(page, title).click()
    await page.locator('main').getByRole('heading', { level: 2 }).first().waitFor()
  }
  if (beside.length > 0) throw new Error(`asked beside the prefix: ${beside.join(', ')}`)
}

/** As an ingress does it: what follows the prefix goes to the collector, whatever else is not there. */
async function startProxy(to: string): Promise<Server> {
  const server = createServer((asked, answer) => {
    const [, path] = /^\/mesh(?:\/(?<path>.*))?$/.exec(asked.url ?? '') ?? []
    if (!/^\/mesh(?:\/|$)/.test(asked.url ?? '')) {
      answer.writeHead(404).end()
      return
    }
    const passed = request(new URL(path ?? '', to), { method: asked.method, headers: { ...asked.headers, host: new URL(to).host } })
    passed.on('response', (got) => {
      answer.writeHead(got.statusCode ?? 502, got.headers)
      got.pipe(answer)
    })
    passed.on('error', () => answer.writeHead(502).end())
    passed.end()
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  return server
}
