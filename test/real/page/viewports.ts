import type { Page } from 'playwright-core'
import type { Scene } from './scene.ts'
import { openPlace } from './seen.ts'

const viewports = [
  { width: 360, height: 740 },
  { width: 1440, height: 900 },
  { width: 3840, height: 2160 },
]

/** From a phone to a wall: nothing is wider than the window, nothing lies over the tabs. */
export async function proveViewports(scene: Scene): Promise<void> {
  const places = await scene.places()
  for (const viewport of viewports)
    await scene.browse(
      '',
      async (page) => {
        for (const { name, view } of places) {
          await openPlace(page, view)
          const wrong = await layoutTrouble(page)
          if (wrong) throw new Error(`${name} at ${viewport.width} px: ${wrong}`)
        }
      },
      { viewport },
    )
}

/** What lies wrong, if anything. */
export const layoutTrouble = (page: Page): Promise<string | null> =>
  page.evaluate<string | null>(`(() => {
    const { scrollWidth, clientWidth } = document.documentElement
    if (scrollWidth > clientWidth) {
      const [wide] = [...document.querySelectorAll('main *, header *, form *')].filter((one) => {
        if (one.closest('.scrolled, svg, pre') && !one.matches('.scrolled')) return false
        return one.getBoundingClientRect().right > clientWidth + 1
      })
      return 'it is ' + scrollWidth + ' px wide, of ' + clientWidth + ': ' + (wide?.outerHTML ?? '').slice(0, 200)
    }
    scrollTo(0, 0)
    const covered = [...document.querySelectorAll('header a')].filter((link) => {
      const { left, top, width, height } = link.getBoundingClientRect()
      const isInView = left >= 0 && left + width <= clientWidth // on a phone tabs are scrolled
      return isInView && document.elementFromPoint(left + width / 2, top + height / 2)?.closest('a') !== link
    })
    return covered.length === 0 ? null : 'something lies over ' + covered.map((link) => link.innerText).join(', ')
  })()`)
