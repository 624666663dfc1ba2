import { execFile } from 'node:child_process'
import { access } from 'node:fs/promises'
import { promisify } from 'node:util'
import { type Browser, chromium } from 'playwright-core'

const run = promisify(execFile)

/** Names the executable of another Chromium. */
const ownChoice = 'CHROMIUM'
const places = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome']
const isRoot = process.getuid?.() === 0

/**
 * A real Chromium: the one that the environment variable CHROMIUM names, else the machine's own. On a machine of CI that has none Debian's package is installed.
 *
 * @returns a browser without windows that reaches loopback alone, or why there is none
 */
export async function launchChromium(signal: AbortSignal): Promise<{ readonly browser: Browser } | { readonly why: string }> {
  const chosen = process.env[ownChoice]
  if (chosen !== undefined) return launched(chosen)
  const found = await firstOf(places)
  if (found) return launched(found)
  if (!isRoot || !process.env.CI) return { why: `there is no Chromium here: install it, or name one in ${ownChoice}` }
  try {
    await install(signal)
  } catch (error) {
    const { stderr = '', message } = error as Error & { readonly stderr?: string }
    return { why: `Chromium could not be installed: ${(stderr || message).trim().split('\n').at(-1)}` }
  }
  return launched('/usr/bin/chromium')
}

async function launched(executablePath: string): Promise<{ readonly browser: Browser } | { readonly why: string }> {
  try {
    const args = ['--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1', '--disable-background-networking']
    return { browser: await chromium.launch({ executablePath, args, chromiumSandbox: !isRoot }) }
  } catch (error) {
    return { why: `${executablePath} does not run here: ${(error as Error).message.split('\n')[0]}` }
  }
}

async function firstOf(paths: readonly string[]): Promise<string | undefined> {
  for (const path of paths) {
    const isThere = await access(path).then(
      () => true,
      () => false,
    )
    if (isThere) return path
  }
  return undefined
}

async function install(signal: AbortSignal): Promise<void> {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
  const get = () => run('apt-get', ['install', '--yes', '--no-install-recommends', 'chromium'], { env, signal })
  await get().catch(async () => {
    await run('apt-get', ['update'], { env, signal }) // a fresh machine has no package lists
    await get()
  })
}
