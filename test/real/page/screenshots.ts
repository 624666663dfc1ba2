import { mkdir, stat } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import type { Route } from 'playwright-core'
import type { Browsing } from './browsing.ts'
import type { Place } from './places.ts'
import type { Scene } from './scene.ts'
import { openPlace } from './seen.ts'

/** Names the folder that the pictures go to; without it they go where nobody keeps them. */
const ownChoice = 'SCREENSHOTS'
const inDark = 'map'

/** A picture of each place as a reader on a laptop has it; one of them in the dark, too. */
export async function takeScreenshots(scene: Scene): Promise<Readonly<Record<string, string>>> {
  const folder = resolve(process.env[ownChoice] ?? join(scene.reader.scratch, 'images'))
  await mkdir(folder, { recursive: true })
  const shown = (await scene.places()).filter(({ name }) => name !== 'nothing')
  const sizes = [
    ...(await take(scene, shown, { folder, ending: '.png', colorScheme: 'light' })),
    ...(await take(scene, shown.filter(({ name }) => name === inDark), { folder, ending: '-dark.png', colorScheme: 'dark' })), // prettier-ignore
  ]
  const largest = sizes.toSorted(([, a], [, b]) => b - a)[0] ?? ['', 0]
  return { pictures: `${sizes.length} in ${folder}, the largest ${largest[0]} with ${(largest[1] / 1e3).toFixed(0)} kB` }
}

interface Taking extends Pick<Browsing, 'colorScheme'> {
  readonly folder: string
  readonly ending: string
}

/** Their names and bytes. */
function take(
  scene: Scene,
  places: readonly Place[],
  { folder, ending, ...look }: Taking,
): Promise<readonly (readonly [string, number])[]> {
  return scene.browse(
    '',
    async (page) => {
      await page.route('**/api/v1/targets', (route) => withoutPlace(route, join(scene.reader.scratch, 'scene/')))
      const sizes: (readonly [string, number])[] = []
      for (const { name, view } of places) {
        await openPlace(page, view)
        const path = join(folder, `page-${name}${ending}`)
        await page.screenshot({ path, animations: 'disabled' })
        sizes.push([`page-${name}${ending}`, (await stat(path)).size])
      }
      return sizes
    },
    look,
  )
}

/** Remedies name files by their place; where this machine has them is nobody's business. */
async function withoutPlace(route: Route, place: string): Promise<void> {
  const response = await route.fetch()
  await route.fulfill({ response, body: (await response.text()).replaceAll(place, './') })
}
