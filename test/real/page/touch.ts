import type { Scene } from './scene.ts'

/** Two fingers zoom the map, and no click follows them: the next one, be it by the keyboard, leads where it says. */
export async function proveTouch(scene: Scene): Promise<void> {
  await scene.browse('#/map', async (page) => {
    const node = page.locator('.map-place').first()
    await node.waitFor()
    const { x = 0, y = 0 } = (await page.locator('.map-canvas').boundingBox()) ?? {}
    const scale = () => page.locator('.map-ground').evaluate((ground) => /scale\(.*?\)/.exec(ground.getAttribute('style') ?? '')?.[0])
    const before = await scale()
    const screen = await page.context().newCDPSession(page)
    const fingers = (apart: number) => [-apart, apart].map((along, id) => ({ id, x: x + 200 + along, y: y + 20 }))
    await screen.send('Input.dispatchTouchEvent', { type: 'touchStart', touchPoints: fingers(40) })
    for (const apart of [50, 60, 70]) await screen.send('Input.dispatchTouchEvent', { type: 'touchMove', touchPoints: fingers(apart) })
    await screen.send('Input.dispatchTouchEvent', { type: 'touchEnd', touchPoints: [] })
    if ((await scale()) === before) throw new Error(`two fingers leave the map at ${before}`)
    await node.focus()
    await page.keyboard.press('Enter')
    await page.waitForURL((url) => !url.hash.startsWith('#/map'), { timeout: 5_000 })
  })
}
