import { readFile } from 'node:fs/promises'
import type { AxeResults } from 'axe-core'
import type { Browsing } from './browsing.ts'
import type { Scene } from './scene.ts'
import { openPlace, tabTitles } from './seen.ts'

/** WCAG 2.1, A and AA. */
const rules = JSON.stringify({ runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa'] })
const looks: readonly Partial<Browsing>[] = [
  { colorScheme: 'light', locale: 'en-US' },
  { colorScheme: 'dark', locale: 'zh-CN' },
]

/** What axe-core finds on each place, light in English and dark in Chinese, is nothing. */
export async function proveAccessible(scene: Scene): Promise<Readonly<Record<string, string>>> {
  const axe = await readFile(new URL(import.meta.resolve('axe-core/axe.min.js')), 'utf8')
  const places = await scene.places()
  const found: string[] = []
  let passed = 0
  for (const look of looks)
    await scene.browse(
      '',
      async (page) => {
        for (const { name, view } of places) {
          await openPlace(page, view)
          await page.evaluate(axe)
          const { violations, passes } = await page.evaluate<AxeResults>(`axe.run(${rules})`)
          passed += passes.length
          for (const { id, nodes } of violations)
            found.push(
              `${name} ${look.colorScheme}: ${id} ${nodes.length} times, ${nodes[0]?.html.slice(0, 160)} ${nodes[0]?.failureSummary}`,
            )
        }
      },
      look,
    )
  if (found.length > 0) throw new Error(`axe-core finds ${found.join('\n')}`)
  return { 'axe-core': `${passed} rules passed on ${places.length * looks.length} views` }
}

/** With the keyboard alone: past the tabs to the content, through the filters, to a row and into it; whoever has the focus can be seen to have it. */
export async function proveKeyboard(scene: Scene): Promise<void> {
  await scene.browse('#/requests', async (page) => {
    await page.getByRole('rowheader').getByRole('link').first().waitFor()
    const reached: string[] = []
    for (let press = 0; press < 60; press++) {
      await page.keyboard.press('Tab')
      const { name, outline, isRow } = await page.evaluate<Focus>(focus)
      if (outline === 'none') throw new Error(`nobody can see that "${name}" has the focus`)
      reached.push(name)
      if (isRow) break
    }
    const wanted = ['Skip to the content', ...tabTitles.en, 'Time range', 'Namespace', 'Service', 'Search']
    const missing = wanted.filter((name) => !reached.some((one) => one.startsWith(name)))
    if (missing.length > 0) throw new Error(`the Tab key does not reach ${missing.join(', ')}, but ${reached.join(', ')}`)
    const before = page.url()
    await page.keyboard.press('Enter')
    await page.waitForURL((url) => url.href !== before)
    await page.goto(before)
    await page.reload()
    await page.keyboard.press('Tab')
    await page.keyboard.press('Enter')
    if ((await page.evaluate<string>('document.activeElement.id')) !== 'content')
      throw new Error('the first link does not skip to the content')
  })
}

interface Focus {
  readonly name: string
  readonly outline: string
  readonly isRow: boolean
}

const focus = `(() => {
  const at = document.activeElement
  return {
    name: (at.closest('label') ?? at).innerText?.trim() || at.ariaLabel || at.tagName,
    outline: getComputedStyle(at).outlineStyle,
    isRow: at.tagName === 'A' && at.closest('tbody th') !== null,
  }
})()`
