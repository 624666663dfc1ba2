import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { CollectorProcess } from '../collector-process.ts'
import { browsing } from './browsing.ts'
import type { Reader } from './scene.ts'
import { seen } from './seen.ts'

const token = 'right-0123456789abcdef'

/** A collector with a token shows its page to everybody and its figures to those who have the token; a tab keeps it, the address does not. */
export async function proveToken({ browser, scratch: scratchOfAll }: Reader): Promise<void> {
  const scratch = join(scratchOfAll, 'token')
  await mkdir(join(scratch, 'manifests'), { recursive: true })
  await writeFile(join(scratch, 'token'), `${token}\n`)
  const config = {
    discover: { source: 'manifests', manifests: { path: join(scratch, 'manifests') } },
    http: { bearerTokenFile: join(scratch, 'token') },
  }
  const collector = await CollectorProcess.run(config, { scratch })
  const isExpected = (complaint: string) => complaint.includes('401')
  const reader = { browser, scratch, url: `${collector.url}/`, isExpected }
  try {
    await browsing(reader, async (page) => {
      const field = page.getByLabel('Token')
      await field.fill('wrong')
      await page.getByRole('button', { name: 'Go on' }).click()
      await page.getByRole('alert').getByText('not the right one').waitFor()
      await field.fill(token)
      const given = page.waitForResponse((answer) => answer.url().includes('/api/v1/') && answer.status() === 200)
      await page.getByRole('button', { name: 'Go on' }).click()
      await given
      await seen('that nobody asks any more', async () => (await field.count()) === 0)
      const again = page.waitForResponse((answer) => answer.url().includes('/api/v1/status'))
      await page.reload()
      if ((await again).status() !== 200) throw new Error(`after a reload the collector answers ${(await again).status()}`)
      if ((await field.count()) > 0) throw new Error('after a reload the token is asked for again')
      if (page.url().includes(token)) throw new Error('the token is in the address')
    })
    await browsing(reader, (page) => page.getByLabel('Token').waitFor()) // another browser has not been told
  } finally {
    await collector.stop()
  }
}
