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

/** Each commit takes that long from now on; `undefined`: for ever. */
function slowCommits(ms: number | undefined): void {
  const { ask } = StateThread.prototype as { ask: (this: StateThread, question: Question) => Promise<unknown> }
  vi.spyOn(StateThread.prototype, 'ask').mockImplementation(async function (this: StateThread, question) {
    if (question.ask === 'commit') await (ms === undefined ? new Promise(() => {}) : pause(ms))
    return ask.call(this, question)
  })
}

/** `run`, with its ten seconds of grace passing within one. */
async function started() {
  let out = ''
  const stop = new AbortController()
  const exitCode = runCommandLine(['run', '--config', config], {
    env: {},
    stdin: (async function* () {})(),
    stdout: { write: (text) => (out += text) },
    stderr: { write: () => {} },
    signal: stop.signal,
    clock: { ...systemClock, after: (delayMs, task) => systemClock.after(delayMs / 10, task) },
    atExit: () => {},
  })
  await expect.poll(() => out, { timeout: 5_000 }).toContain('serves http://')
  const url = /http:\S+/.exec(out)?.[0] ?? ''
  const answers = () =>
    fetch(`${url}/healthz`).then(
      ({ ok }) => ok,
      () => false,
    )
  return { exitCode, answers, end: () => stop.abort() }
}

const kept = () => {
  const store = new Store(join(folder, 'state', 'mesh-telemetry.db'))
  const restored = store.load()
  store.close()
  return restored
}

describe('a collector that is asked to end', () => {
  it('commits first, however long that takes within the time it has, and answers until then', async () => {
    slowCommits(400)
    const { exitCode, answers, end } = await started()
    await writeFile(join(folder, 'manifests', 'config.yaml'), configMap)
    await pause(200) // seen, and not committed
    end()
    await pause(200)
    expect(await answers()).toBe(true)
    expect(await exitCode).toBe(0)
    expect(await answers()).toBe(false)
    expect(kept()?.notes.discover.get('monitored')).toContain('shop')
  })

  it('ends when its time is over, though its state never answers, and says that not all is saved', async () => {
    slowCommits(undefined)
    const { exitCode, answers, end } = await started()
    const beganMs = performance.now()
    end()
    await pause(300)
    expect(await answers()).toBe(true)
    expect(await exitCode).toBe(1)
    expect(performance.now() - beganMs).toBeGreaterThan(900)
    expect(performance.now() - beganMs).toBeLessThan(3_000)
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
  child.kill('SIGTERM')
  expect((await ended)[0]).toBe(143)
}, 15_000)
