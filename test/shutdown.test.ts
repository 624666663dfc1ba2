import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { runCommandLine } from '../src/cli/program.ts'
import { systemClock } from '../src/runtime/clock.ts'
import { Store } from '../src/state/store.ts'
import { StateThread } from '../src/state/state-thread.ts'
import type { Question } from '../src/state/worker.ts'

/** How a collector ends while the thread of its state takes its time, or has stopped answering. */
let folder: string
let config: string

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'shutdown-test-'))
  config = join(folder, 'mesh.yaml')
  await mkdir(join(folder, 'manifests'))
  await writeFile(join(folder, 'manifests', 'pods.yaml'), 'apiVersion: v1\nkind: Namespace\nmetadata: { name: shop }\n')
  await writeFile(
    config,
    'discover: { source: manifests, manifests: { path: ./manifests } }\nhttp: { listen: 127.0.0.1:0 }\nstate: { path: ./state }\ntelemetry: { logLevel: error }\n',
  )
})
afterEach(async () => {
  vi.restoreAllMocks()
  await rm(folder, { recursive: true, force: true })
})

/** From `hold` on commits with a note that contains the text wait until they are let go; all of them where it is empty. */
function holdingCommits() {
  const { ask } = StateThread.prototype as { ask: (this: StateThread, question: Question) => Promise<unknown> }
  const gate = Promise.withResolvers<void>()
  let held: string | undefined
  let notes = ''
  let waiting = 0
  vi.spyOn(StateThread.prototype, 'ask').mockImplementation(async function (this: StateThread, question) {
    if (question.ask === 'write') notes += (question.writing.notes ?? []).map(({ text }) => text).join()
    if (question.ask === 'commit') {
      const isHeld = held !== undefined && notes.includes(held)
      notes = ''
      if (isHeld) {
        waiting++
        await gate.promise
      }
    }
    return ask.call(this, question)
  })
  return { hold: (text: string) => (held = text), letGo: gate.resolve, waiting: () => waiting }
}

/** `run`, whose ten seconds of grace pass when a test says so. */
async function started() {
  let out = ''
  const stop = new AbortController()
  const grace: (() => void)[] = []
  const after = (delayMs: number, task: () => void) => {
    if (!stop.signal.aborted || delayMs !== 10_000) return systemClock.after(delayMs, task)
    grace.push(task)
    return () => {}
  }
  const exitCode = runCommandLine(['run', '--config', config], {
    env: {},
    stdin: (async function* () {})(),
    stdout: { write: (text) => (out += text) },
    stderr: { write: () => {} },
    signal: stop.signal,
    clock: { ...systemClock, after },
    atExit: () => {},
  })
  let ended: number | undefined
  void exitCode.then((code) => (ended = code))
  await expect.poll(() => out).toContain('serves http://')
  const url = /http:\S+/.exec(out)?.[0] ?? ''
  const answers = () =>
    fetch(`${url}/healthz`).then(
      ({ ok }) => ok,
      () => false,
    )
  return { exitCode, ended: () => ended, answers, end: () => stop.abort(), grace }
}

const kept = () => {
  const store = new Store(join(folder, 'state', 'mesh-telemetry.db'))
  const restored = store.load()
  store.close()
  return restored
}

describe('a collector that is asked to end', () => {
  it('commits first, however long that takes within the time it has, and answers until then', async () => {
    const commits = holdingCommits()
    const { exitCode, ended, answers, end, grace } = await started()
    commits.hold('shop')
    await writeFile(join(folder, 'manifests', 'config.yaml'), configMap)
    await expect.poll(() => commits.waiting()).toBe(1)
    end()
    await expect.poll(() => grace.length).toBe(1)
    expect([await answers(), ended()]).toEqual([true, undefined])
    commits.letGo()
    expect(await exitCode).toBe(0)
    expect(await answers()).toBe(false)
    expect(kept()?.notes.discover.get('monitored')).toContain('shop')
  })

  it('ends when its time is over, though its state never answers, and says that not all is saved', async () => {
    const commits = holdingCommits()
    commits.hold('')
    const { exitCode, ended, answers, end, grace } = await started()
    end()
    await expect.poll(() => grace.length > 0 && commits.waiting() > 0).toBe(true)
    expect([await answers(), ended()]).toEqual([true, undefined])
    for (const isOver of grace) isOver()
    expect(await exitCode).toBe(1)
    expect(await answers()).toBe(false)
  })
})

const configMap = `apiVersion: v1
kind: ConfigMap
metadata: { name: container-azm-ms-osmconfig, namespace: kube-system }
data:
  schema-version: v1
  osm-metric-collection-configuration: |
    [osm_metric_collection_configuration]
      [osm_metric_collection_configuration.settings]
        monitor_namespaces = ["shop"]
`

const deafToCommits = `data:text/javascript,${encodeURIComponent(`
  import { Worker } from 'node:worker_threads'
  const post = Worker.prototype.postMessage
  Worker.prototype.postMessage = function (question) { if (question.ask !== 'commit') post.call(this, question) }
`)}`

it('a second SIGTERM ends the process at once, whatever the first one waits for', async () => {
  const child = spawn(process.execPath, ['--import', deafToCommits, 'src/main.ts', 'run', '--config', config], {
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  const ended = once(child, 'exit')
  await once(child.stdout, 'data') // it serves
  child.kill('SIGTERM')
  await pause(800) // an echo of the first would not count
  expect(child.exitCode).toBeNull()
  // Where the machine stood still meanwhile, the second one is heard together with the first, and the next one counts.
  while (child.exitCode === null) {
    child.kill('SIGTERM')
    await Promise.race([ended, pause(800)])
  }
  expect(child.exitCode).toBe(143)
})
