import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { promisify } from 'node:util'
import { freeAddress } from '../collector-process.ts'
import type { RealOutcome, RealPart, RealSetting } from '../part.ts'
import { buildImage, type Image, inside, searchPath } from './build.ts'

/** The Dockerfile's steps in an empty folder, and what it starts: no container engine is needed, and none proves more than this here. */
export const imagePart: RealPart = { name: 'image', deadlineMs: 300_000, run }

async function run({ log, scratch, signal }: RealSetting): Promise<RealOutcome> {
  if (process.platform === 'win32') return { outcome: 'not run', why: 'the steps are those of a Linux image' }
  const image = await buildImage(scratch, signal).catch(unreachable)
  if ('why' in image) return { outcome: 'not run', why: image.why }
  log('built; now it runs')
  const told = async (...words: readonly string[]) =>
    (await promisify(execFile)('mesh-telemetry', words, { env: { PATH: searchPath(image.root) } })).stdout
  const version = await told('version')
  const exported = await told('dashboards', 'export', '--folder', join(scratch, 'exported'))
  const listen = await configure(image.root)
  const started = start(image, scratch)
  const healthyMs = await healthy(`http://${listen}/healthz`, started.exited)
  const pageFiles = healthyMs === undefined ? 0 : await filesOfPage(`http://${listen}/`)
  const stopped = performance.now()
  started.child.kill('SIGTERM')
  const code = await started.exited
  const stoppedMs = Math.round(performance.now() - stopped)
  const figures = {
    'mesh-telemetry version': version.trim(),
    'dashboard files': exported.match(/^wrote /gm)?.length ?? 0,
    'healthy after ms': healthyMs ?? 'never',
    'files of the page': pageFiles,
    'stopped after ms': stoppedMs,
  }
  if (healthyMs === undefined) return { outcome: 'failed', why: `it did not become healthy: ${started.said()}`, figures }
  if (pageFiles === 0) return { outcome: 'failed', why: `its page does not come: ${started.said()}`, figures }
  return code === 0
    ? { outcome: 'passed', figures }
    : { outcome: 'failed', why: `SIGTERM ended it with ${code}: ${started.said()}`, figures }
}

const noRegistry = /npm error code (E(?:NOTFOUND|AI_AGAIN|CONN\w+|TIMEDOUT|NETUNREACH)|\w*CERT\w*)/

/** Where no registry can be reached nothing was proved; whatever else breaks a build has failed. */
function unreachable(error: Error): { readonly why: string } {
  const [, code] = noRegistry.exec(error.message) ?? []
  if (!code) throw error
  return { why: `npm ci: the registry cannot be reached (${code})` }
}

/** A configuration where the image's command looks for it. */
async function configure(root: string): Promise<string> {
  const listen = await freeAddress()
  const folder = join(root, 'etc/mesh-telemetry')
  await mkdir(join(folder, 'manifests'), { recursive: true })
  const config = { discover: { source: 'manifests', manifests: { path: './manifests' } }, http: { listen } }
  await writeFile(join(folder, 'config.yaml'), JSON.stringify(config))
  return listen
}

/** Starts the image's command as its user where we may change users, as a container engine would: with nothing of our environment. */
function start({ root, command, user }: Image, scratch: string) {
  const [executable = '', ...words] = command.map((word) => inside(root, word))
  const identity = process.getuid?.() === 0 ? user : {}
  const child = spawn(executable, words, {
    cwd: join(root, 'app'),
    env: { PATH: searchPath(root) },
    stdio: ['ignore', 'pipe', 'pipe'],
    ...identity,
  })
  const lines: string[] = []
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text: string) => lines.push(text))
  const exited = once(child, 'exit').then(([code, signal]) => (code ?? signal) as number | string)
  return { child, exited, said: () => lines.join('').slice(-1_000).replaceAll(scratch, '') }
}

/** How many files the page leads to; 0 where one of them does not come. */
async function filesOfPage(url: string): Promise<number> {
  const html = await (await fetch(url)).text()
  const answers = await Promise.all([...html.matchAll(/"(ui\/.+?)"/g)].map(([, file = '']) => fetch(new URL(file, url))))
  return answers.every(({ ok }) => ok) ? answers.length : 0
}

async function healthy(url: string, exited: Promise<unknown>): Promise<number | undefined> {
  const startedMs = performance.now()
  let over = false
  void exited.then(() => (over = true))
  while (!over && performance.now() - startedMs < 60_000) {
    const answer = await fetch(url).catch(() => undefined)
    if (answer?.ok) return Math.round(performance.now() - startedMs)
    await pause(50)
  }
  return undefined
}
