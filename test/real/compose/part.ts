import { execFile } from 'node:child_process'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { CollectorProcess } from '../collector-process.ts'
import type { RealOutcome, RealPart, RealSetting } from '../part.ts'
import { installLoader } from './loader.ts'

const run = promisify(execFile)
const root = join(import.meta.dirname, '../../..')

/** What of compose.yaml can be tried without a container engine: that Compose itself takes the file, and that the demo's health is told right. */
export const composePart: RealPart = { name: 'compose', deadlineMs: 300_000, run: tried }

interface Loaded {
  readonly services: Readonly<Record<string, { readonly healthcheck?: { readonly test: readonly string[] } }>>
}

async function tried({ log, scratch, signal }: RealSetting): Promise<RealOutcome> {
  const loader = await installLoader(signal)
  if ('why' in loader) return { outcome: 'not run', why: loader.why }
  const { stdout } = await run(loader.path, ['--format', 'json', 'compose.yaml'], { cwd: root })
  const { services } = JSON.parse(stdout) as Loaded
  log(`Compose takes the file: ${Object.keys(services).join(', ')}`)
  const wrong = await refuses(loader.path, scratch)
  wrong.push(...(await healthIsTold(services.demo?.healthcheck?.test ?? [], scratch)))
  const figures = { 'services of compose.yaml': Object.keys(services).length }
  return wrong.length === 0 ? { outcome: 'passed', figures } : { outcome: 'failed', why: wrong.join('\n'), figures }
}

/** A loader that takes everything proves nothing. */
async function refuses(loader: string, scratch: string): Promise<string[]> {
  const text = await readFile(join(root, 'compose.yaml'), 'utf8')
  await writeFile(join(scratch, 'compose.yaml'), text.replace('healthcheck:', 'healthchek:'))
  const said = await run(loader, ['compose.yaml'], { cwd: scratch }).then(
    () => 'taken',
    (error: unknown) => String(error),
  )
  return said.includes('healthchek') ? [] : [`a misspelt key was not refused as it should: ${said}`]
}

/** The demo's health check, at the port where it listens here: good while it runs, bad once it has ended. */
async function healthIsTold([kind, program, ...words]: readonly string[], scratch: string): Promise<string[]> {
  const demo = await CollectorProcess.demo({ scratch })
  const asked = () => {
    const here = words.map((word) => word.replace('http://127.0.0.1:9464', demo.url))
    return run(program === 'node' ? process.execPath : '', here).then(
      () => true,
      () => false,
    )
  }
  try {
    await demo.until('/readyz', 15_000)
    const whileItRuns = await asked()
    await demo.stop()
    const afterwards = await asked()
    return kind === 'CMD' && whileItRuns && !afterwards
      ? []
      : [`the health check says ${whileItRuns} of a demo that runs and ${afterwards} of one that has ended`]
  } finally {
    await demo.stop()
  }
}
