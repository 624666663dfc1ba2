import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { EdgesAnswer } from '../../../src/model/figures.ts'
import { until } from '../kube/waiting.ts'
import { browsing } from './browsing.ts'
import { startMadeMesh } from './made-mesh.ts'
import { placeOf } from './places.ts'
import type { Reader } from './scene.ts'
import { openPlace } from './seen.ts'
import { layoutTrouble } from './viewports.ts'

/** What a name must never become. What Kubernetes would not take a sidecar may still say. */
const names = [
  '<img src=x onerror=alert(1)>',
  '"quotes\' & <b>tags</b>',
  'rtl\u202Eoverride\u200B\u0007',
  'x'.repeat(253),
  '书店',
  'constructor',
  '__proto__',
  '%2F..%2F?#',
]
const longest = 60_000

/** Names are text wherever they stand: nothing of them runs, and nothing breaks out of a phone's width. */
export async function proveHostile({ browser, scratch: scratchOfAll }: Reader): Promise<void> {
  const scratch = join(scratchOfAll, 'hostile')
  await mkdir(scratch)
  const clusters = names.map((name) => `shop/${name}|80`)
  const pods = names.map((name, n) => ({ namespace: 'shop', app: name, name: `pod-${n}-${name}`, clusters, isAway: n === 1 }))
  await using mesh = await startMadeMesh(pods, { scratch, interval: '1s' })
  await postSpans(mesh.spansUrl)
  let opened: readonly string[] = []
  await until(longest, async () => {
    const { edges } = await mesh.collector.json<EdgesAnswer>('/api/v1/edges?by=pair')
    const moved = edges.filter(({ requests }) => (requests?.inWindow ?? 0) > 0)
    const own = moved.filter(({ labels }) => labels.destination_service === labels.source_service)
    opened = own.map(({ labels }) => placeOf('requests', labels))
    return opened.length >= names.length - 2 ? undefined : `of ${names.length} names ${opened.length} came through as an edge`
  })
  const url = `${mesh.collector.url}/`
  await browsing({ browser, scratch, url, viewport: { width: 360, height: 740 } }, async (page) => {
    const views = ['requests', 'connections', 'map', 'targets', 'pipeline', 'traces'].map((tab) => `#/${tab}`)
    for (const view of [...views, ...opened, '#/traces/abcdef0123456789', `#/${names.map(encodeURIComponent).join('/')}`]) {
      await openPlace(page, view)
      const wrong = await layoutTrouble(page)
      if (wrong) throw new Error(`${view}: ${wrong}`)
      if ((await page.locator('img, script:not([src]):has-text("alert"), b:text-is("tags")').count()) > 0)
        throw new Error(`${view}: a name has become markup`)
    }
    await openPlace(page, '#/requests')
    for (const name of ['<img src=x onerror=alert(1)>', '书店', 'constructor', '__proto__'])
      await page.getByRole('rowheader').getByText(name).first().waitFor()
  })
}

async function postSpans(url: string): Promise<void> {
  const spans = names.map((name, i) => ({
    traceId: 'abcdef0123456789',
    id: `000000000000000${i + 1}`,
    ...(i > 0 && { parentId: `000000000000000${i}` }),
    kind: i % 2 === 0 ? 'CLIENT' : 'SERVER',
    name,
    timestamp: (Date.now() + i) * 1e3,
    duration: 20_000,
    localEndpoint: { serviceName: name },
    tags: { [name]: name, 'http.url': name, error: 'true' },
  }))
  await until(longest, async () => {
    const answer = await fetch(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(spans) }).catch(
      () => undefined,
    )
    return answer?.ok ? undefined : `spans are answered with ${answer?.status}`
  })
}
