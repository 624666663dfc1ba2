import type { RealOutcome, RealPart, RealSetting } from '../part.ts'
import { proveAccessible, proveKeyboard } from './accessibility.ts'
import { launchChromium } from './chromium.ts'
import { proveCollectorTabs } from './collector-tabs.ts'
import { proveEdges } from './edge-tabs.ts'
import { proveFilters } from './filters.ts'
import { proveHostile } from './hostile.ts'
import { proveLive } from './live.ts'
import { provePrefix } from './prefix.ts'
import { proveScale } from './scale.ts'
import { Scene } from './scene.ts'
import { takeScreenshots } from './screenshots.ts'
import { proveToken } from './token.ts'
import { proveTouch } from './touch.ts'
import { proveViewports } from './viewports.ts'
import { proveWeight } from './weight.ts'

/** What there is to see of the first troubles of the demo's mesh. */
const pastMs = 30_000

/** The page for people in a real Chromium: what it shows is what the API says, to everybody, on every screen, whoever is called what, and whoever goes and comes back. */
export const pagePart: RealPart = { name: 'page', deadlineMs: 300_000, run }

async function run(setting: RealSetting): Promise<RealOutcome> {
  const launched = await launchChromium(setting.signal)
  if ('why' in launched) return { outcome: 'not run', why: launched.why }
  const { browser } = launched
  const end = () => void browser.close()
  setting.signal.addEventListener('abort', end)
  try {
    return { outcome: 'passed', figures: { Chromium: browser.version(), ...(await prove({ ...setting, browser })) } }
  } finally {
    setting.signal.removeEventListener('abort', end)
    await browser.close()
  }
}

/** Its past grows while other proofs go on; the proof that takes the collector away comes last. */
async function prove(reader: RealSetting & Parameters<typeof proveScale>[0]): Promise<Readonly<Record<string, string>>> {
  const { log } = reader
  await using scene = await Scene.start(reader)
  await proveToken(reader)
  log('a token is asked for, kept by the tab, and in no address')
  await proveHostile(reader)
  log('names are text')
  const scale = await proveScale(reader)
  const until = await scene.pastOf(pastMs)
  const figures = { ...(await proveWeight(scene)), ...scale, ...(await takeScreenshots(scene)) }
  await proveEdges(scene, until)
  await proveCollectorTabs(scene)
  log('each tab shows what the API says')
  await proveFilters(scene, until)
  log('filters go with the address, times with the reader, and so does the language')
  await provePrefix(scene)
  await proveViewports(scene)
  await proveTouch(scene)
  log('a proxy may put a path before it, and windows be of any size')
  const accessible = await proveAccessible(scene)
  await proveKeyboard(scene)
  await proveLive(scene)
  log('figures go on in their rows; a collector that was away is told of and found again')
  return { ...figures, ...accessible }
}
