import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { appendFileSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, describe, expect, it, vi } from 'vitest'
import { edgesAnswer, targetsAnswer } from '../../src/model/figures.ts'
import { typed } from './terminal-session.ts'

const room = mkdtempSync(join(tmpdir(), 'mesh-telemetry-cli-'))
afterAll(() => rmSync(room, { recursive: true }))

function fileOf(name: string, text: string): string {
  writeFileSync(join(room, name), text)
  return join(room, name)
}

/** The program as a person starts it, through the launcher, in a process group of its own and with a folder for temporary files of its own. */
function started(...args: string[]) {
  const temporary = mkdtempSync(join(room, 'tmp-'))
  const env = { ...process.env, TMPDIR: temporary }
  const child = spawn(process.execPath, [resolve('bin/mesh-telemetry.mjs'), ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
    env,
  })
  const said = { out: '', err: '' }
  child.stdout.on('data', (chunk: Buffer) => (said.out += String(chunk)))
  child.stderr.on('data', (chunk: Buffer) => (said.err += String(chunk)))
  return { child, said, temporary, ended: once(child, 'close').then(([code]) => code as number | null) }
}

/** As a terminal does on Ctrl-C: everyone in the foreground hears it; npm passes it on once more, at once here: much later it would be another one. */
function pressCtrlC(child: ChildProcess): void {
  process.kill(-(child.pid ?? 0), 'SIGINT')
  child.kill('SIGINT')
}

const urlIn = (text: string): string => /http:\/\/127\.0\.0\.1:\d+/.exec(text)?.[0] ?? ''

describe('a configuration', () => {
  mkdirSync(join(room, 'manifests'), { recursive: true })
  const fine = fileOf(
    'fine.yaml',
    'discover: { source: manifests, manifests: { path: . } }\nscrape: { interval: 5s, timeout: 4s }\nhttp: { listen: "127.0.0.1:${PORT:-9999}" }\n',
  )
  const bad = fileOf('bad.yaml', 'scrape:\n  intervall: 5s\n  timeout: soon\nhttp:\n  listen: ${LISTEN}\n')

  const here = { name: 'here', cluster: { server: 'http://127.0.0.1:1' } }
  const context = (name: string) => ({ name, context: { cluster: 'here', user: 'me' } })

  it('that is fine is summed up', async () => {
    expect(await typed(`check --config ${fine}`)).toEqual({
      exitCode: 0,
      out: `${fine} is fine: asks targets from manifests every 5s, serves 127.0.0.1:9999.\n`,
      err: '',
    })
  })

  it('that is fine may name paths that are not there: a note for each, relative to the file', async () => {
    const manifests = fileOf(
      'elsewhere.yaml',
      'discover: { source: manifests, manifests: { path: ./nowhere } }\nhttp: { bearerTokenFile: ./token }\n',
    )
    const { exitCode, out, err } = await typed(`check --config ${manifests}`)
    expect({ exitCode, err }).toEqual({ exitCode: 0, err: '' })
    expect(out.split('\n').slice(1)).toEqual([
      `note: discover.manifests.path: ${join(room, 'nowhere')}: there is no such file or folder.`,
      `note: http.bearerTokenFile: ${join(room, 'token')}: there is no such file or folder.`,
      '',
    ])
    const endpoints = 'discover: { source: file_sd, file_sd: { paths: [elsewhere.yaml, gone.json] } }'
    const secured = fileOf('file-sd.yaml', `${endpoints}\nhttp: { tls: { cert: gone.crt, key: gone.key } }\n`)
    const noted = (await typed(`check --config ${secured}`)).out.match(/^note: \S+ \S+/gm)
    expect(noted).toEqual(
      [
        ['discover.file_sd.paths', 'gone.json'],
        ['http.tls.cert', 'gone.crt'],
        ['http.tls.key', 'gone.key'],
      ].map(([option, path = '']) => `note: ${option}: ${join(room, path)}:`),
    )
  })

  it('that names destinations of spans and takes none, or tokens that are not there, is fine with a note for each', async () => {
    const forward = 'forward: { otlp: { endpoint: http://jaeger:4318, bearerTokenFile: gone }, jaeger: { endpoint: http://jaeger:14268 } }'
    const checked = await typed(
      `check --config ${fileOf('spanless.yaml', `discover: { source: manifests, manifests: { path: . } }\n${forward}\n`)}`,
    )
    expect(checked.out.split('\n').slice(1)).toEqual([
      `note: forward.otlp.bearerTokenFile: ${join(room, 'gone')}: there is no such file or folder.`,
      'note: forward.otlp: traces.listen is not set, so that no span comes which could be sent.',
      'note: forward.jaeger: traces.listen is not set, so that no span comes which could be sent.',
      '',
    ])
  })

  it('that names a context which is not in its kubeconfig is wrong: which there are', async () => {
    fileOf('kubeconfig', JSON.stringify({ clusters: [here], contexts: [context('here'), context('there')], 'current-context': 'here' }))
    const wrong = fileOf(
      'wrong-context.yaml',
      'discover: { kubernetes: { kubeconfig: kubeconfig, context: staging } }\nhttp: { listen: 127.0.0.1:0 }\ntelemetry: { logLevel: error }\n',
    )
    for (const command of ['check', 'run']) {
      const { exitCode, out, err } = await typed(`${command} --config ${wrong}`)
      expect({ exitCode, out }).toEqual({ exitCode: 2, out: '' })
      expect(err).toMatch(
        /no context "staging" with a cluster; it has here, there\. \(kubernetes_no_access\)\n.*discover\.kubernetes\.context/,
      )
    }
    expect(
      (
        await typed(
          `check --config ${fileOf('right-context.yaml', 'discover: { kubernetes: { kubeconfig: kubeconfig, context: there } }')}`,
        )
      ).exitCode,
    ).toBe(0)
  })

  it('that names a context of whatever kubeconfig is there may be for another machine: a note', async () => {
    vi.stubEnv(
      'KUBECONFIG',
      fileOf('own-kubeconfig', JSON.stringify({ clusters: [here], contexts: [context('here')], 'current-context': 'here' })),
    )
    const config = fileOf('own-context.yaml', 'discover: { kubernetes: { context: staging } }\n')
    const { exitCode, out, err } = await typed(`check --config ${config}`)
    vi.unstubAllEnvs()
    expect({ exitCode, err }).toEqual({ exitCode: 0, err: '' })
    expect(out).toMatch(/\nnote: discover\.kubernetes\.context: The kubeconfig has no context "staging" with a cluster; it has here\.\n$/)
  })

  it.each(['check', 'run', 'config print'])('that is not is told whole by "%s", with places', async (command) => {
    const { exitCode, out, err } = await typed(`${command} --config ${bad}`)
    expect({ exitCode, out }).toEqual({ exitCode: 2, out: '' })
    expect(err.match(/bad\.yaml:\d+:\d+/g)).toEqual(['bad.yaml:2:3', 'bad.yaml:3:12', 'bad.yaml:5:11'])
  })

  it('that does not exist is a mistake of the same kind', async () => {
    expect(await typed(`check --config ${join(room, 'nowhere.yaml')}`)).toMatchObject({
      exitCode: 2,
      err: expect.stringContaining('there is no such file'),
    })
  })

  it('is printed whole, and what is printed is fine', async () => {
    const { out } = await typed(`config print --config ${fine}`, { env: { PORT: '1234' } })
    expect(out).toContain('listen: 127.0.0.1:1234')
    expect((await typed(`check --config ${fileOf('printed.yaml', out)}`)).exitCode).toBe(0)
    expect((await typed('config print')).out).toContain('interval: 10s')
  })
})

describe('run', () => {
  it('serves until it is asked to end, and then ends well', async () => {
    mkdirSync(join(room, 'manifests'), { recursive: true })
    const config = fileOf('run.yaml', 'discover: { source: manifests, manifests: { path: ./manifests } }\nhttp: { listen: 127.0.0.1:0 }\n')
    const { child, said, ended } = started('run', '--config', config)
    await expect.poll(() => said.out).toContain('serves http://')
    expect(await typed(`targets --server ${urlIn(said.out)} -o json`)).toMatchObject({ exitCode: 0 })
    child.kill('SIGTERM')
    expect(await ended).toBe(0)
    for (const line of said.err.trim().split('\n')) expect(JSON.parse(line)).toHaveProperty('event')
  })
})

describe('rows --follow', () => {
  it('goes on until it is asked to end, although nothing but the time keeps it running', async () => {
    const row = (name: string) =>
      `${JSON.stringify({ TimeGenerated: '2026-01-01T00:00:00.000Z', Computer: '', Origin: 'mesh-telemetry', Namespace: 'n', Name: name, Val: 1, Tags: '{}' })}\n`
    const file = fileOf('followed.ndjson', row('first_total'))
    const { child, said, ended } = started('rows', file, '--follow', '-o', 'json')
    await expect.poll(() => said.out).toContain('first_total')
    appendFileSync(file, row('second_total'))
    await expect.poll(() => said.out).toContain('second_total')
    child.kill('SIGTERM')
    expect({ code: await ended, err: said.err }).toEqual({ code: 0, err: '' })
  })
})

describe.concurrent('demo', () => {
  // It ends by itself within six seconds, with rates or without: on a machine that stands still for seconds it may try again.
  it('--once shows rates and leaves nothing but its log', { retry: 2 }, async ({ expect }) => {
    const { said, temporary, ended } = started('demo', '--once', '--listen', '127.0.0.1:0')
    expect(await ended).toBe(0)
    expect(said.out).toMatch(/^bookbuyer +bookstore-v1 +\d+\.\d +\d+\.\d +\d/m)
    expect(said.out).toMatch(/^bookwarehouse +bookwarehouse\/mysql +– +– +– +– +– +\d+\/0 /m)
    expect(said.out).not.toContain('\u001B')
    const left = readdirSync(temporary)
    expect(left).toHaveLength(1)
    expect(said.err).toBe(`The log of this run: ${join(temporary, left[0] ?? '')}\n`)
  })

  it('answers the other commands, and one Ctrl-C that everyone hears ends it well', async ({ expect }) => {
    const { child, said, ended } = started('demo', '--listen', '127.0.0.1:0')
    await expect.poll(() => said.out).toContain('SOURCE')
    const url = urlIn(said.out)
    const asked = async (line: string): Promise<unknown> => JSON.parse((await typed(`${line} --server ${url} -o json`)).out)
    await expect.poll(async () => targetsAnswer.parse(await asked('targets')).targets.every(({ state }) => state === 'up')).toBe(true)
    await expect.poll(async () => edgesAnswer.parse(await asked('edges --window 10s')).edges.length).toBeGreaterThan(4)
    expect((await typed(`edges --server ${url} -o prometheus`)).out).toContain('# TYPE mesh_requests_total counter\n')
    pressCtrlC(child)
    expect(await ended).toBe(0) // 130 had it been taken for two
  })

  it('ends and clears up when its launcher is killed', async ({ expect }) => {
    const { child, said, ended } = started('demo', '--listen', '127.0.0.1:0')
    await expect.poll(() => said.out).toContain('Page')
    const [folder = ''] = /\S*mesh-telemetry-demo-\w+(?=\/)/.exec(said.out) ?? []
    expect(existsSync(join(folder, 'pods.yaml'))).toBe(true)
    child.kill('SIGKILL')
    await ended // the output closes only when the collector, too, is gone
    expect(existsSync(folder)).toBe(false)
  })
})
