import { appendFileSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { FakeClock } from '../support/fake-clock.ts'
import { serve } from './hand-made-collector.ts'
import { typed } from './terminal-session.ts'

const nowMs = new FakeClock().wallMs()
let folder: string
let current: string
beforeEach(() => {
  folder = join(mkdtempSync(join(tmpdir(), 'mesh-telemetry-rows-')), 'rows')
  mkdirSync(folder)
  current = join(folder, 'rows.ndjson')
})
afterEach(() => rmSync(join(folder, '..'), { recursive: true }))

interface Given {
  readonly name?: string
  readonly app?: string
  readonly namespace?: string
  readonly agoMs?: number
  readonly val?: number
}

function row({ name = 'envoy_cluster_upstream_cx_total', app = 'bookbuyer', namespace = 'shop', agoMs = 0, val = 1 }: Given = {}): string {
  const tags = { app, envoy_cluster_name: 'bookstore/bookstore|14001', namespace, pod_name: `${app}-1` }
  const columns = { TimeGenerated: new Date(nowMs - agoMs).toISOString(), Computer: 'node-1', Origin: 'mesh-telemetry', Namespace: 'n' }
  return `${JSON.stringify({ ...columns, Name: name, Val: val, Tags: JSON.stringify(tags) })}\n`
}
const values = (out: string) =>
  out
    .split('\n')
    .filter(Boolean)
    .map((line) => (JSON.parse(line) as { Val: number }).Val)

describe('rows', () => {
  it('shows a folder, the oldest file first, as a table or as the rows stand', async () => {
    writeFileSync(current, row({ val: 3 }))
    writeFileSync(join(folder, 'rows-000010.ndjson'), row({ val: 2 }))
    writeFileSync(join(folder, 'rows-000009.ndjson'), row({ val: 1 }))
    writeFileSync(join(folder, 'notes.txt'), 'not a row')
    const table = await typed(`rows ${folder}`)
    expect(table).toMatchObject({ exitCode: 0, err: '3 rows.\n' })
    expect(table.out.split('\n').slice(0, 2)).toEqual([
      'TIME                NAME                            APP       NAMESPACE POD         DESTINATION               OF VAL',
      '2026-01-01 00:00:00 envoy_cluster_upstream_cx_total bookbuyer shop      bookbuyer-1 bookstore/bookstore|14001      1',
    ])
    const json = await typed(`rows ${folder} -o json`)
    expect(json).toEqual({ exitCode: 0, out: row({ val: 1 }) + row({ val: 2 }) + row({ val: 3 }), err: '' })
  })

  it.each([
    ['--name RQ_xx', [2]],
    ['--app bookthief', [3]],
    ['--namespace other', [4]],
    ['--since 10m', [1, 2, 3, 4]],
    ['--since 10m --app bookbuyer --namespace shop', [1, 2]],
  ])('shows only what %s names', async (options, wanted) => {
    const rows = [
      { val: 1 },
      { val: 2, name: 'envoy_cluster_upstream_rq_xx' },
      { val: 3, app: 'bookthief' },
      { val: 4, namespace: 'other' },
    ]
    writeFileSync(current, [...rows, { val: 5, agoMs: 600_001, app: 'old', namespace: 'old' }].map(row).join(''))
    expect(values((await typed(`rows ${current} -o json ${options}`)).out)).toEqual(wanted)
  })

  it('shows the last thousand as a table and says how many there are', async () => {
    writeFileSync(current, Array.from({ length: 5_000 }, (_, val) => row({ val })).join(''))
    const { out, err } = await typed(`rows ${current}`)
    expect(out.trimEnd().split('\n')).toHaveLength(1_001)
    expect(out).toContain(' 4999\n')
    expect(err).toBe('5000 rows; the last 1000 are shown, all of them with -o json.\n')
  })

  it('leaves a line that is being written for later', async () => {
    writeFileSync(current, row() + row().slice(0, 40))
    expect(values((await typed(`rows ${current} -o json`)).out)).toEqual([1])
  })

  it('goes on with what is written, from file to file, until it is asked to end', async () => {
    const clock = new FakeClock()
    const end = new AbortController()
    let seen: number[] = []
    const running = typed(`rows ${folder} -o json --follow`, { clock, signal: end.signal, heard: ({ out }) => (seen = values(out)) })
    const until = async (wanted: number[]) => {
      await expect
        .poll(
          () => {
            clock.advance(500)
            return seen
          },
          { interval: 5 },
        )
        .toEqual(wanted)
    }
    await until([])
    writeFileSync(current, row({ val: 1 }) + row({ val: 2 }).slice(0, 40))
    await until([1])
    appendFileSync(current, row({ val: 2 }).slice(40) + row({ val: 3 }))
    await until([1, 2, 3])
    appendFileSync(current, row({ val: 4 }))
    renameSync(current, join(folder, 'rows-000001.ndjson'))
    writeFileSync(current, row({ val: 5 }))
    await until([1, 2, 3, 4, 5])
    end.abort()
    expect((await running).exitCode).toBe(0)
  })

  it.each([
    ['something else', 'hello\n', 1, 'rows.ndjson:1: The line is no row'],
    ['a row without a value', row({ val: Number.NaN }), 1, 'rows.ndjson:1: The line is no row'],
  ])('says where a file holds %s', async (_, text, exitCode, said) => {
    writeFileSync(current, text)
    const seen = await typed(`rows ${current}`)
    expect(seen).toMatchObject({ exitCode, out: '' })
    expect(seen.err).toContain(said)
  })

  it('says what is not there', async () => {
    const seen = await typed(`rows ${folder}`)
    expect(seen).toMatchObject({ exitCode: 2, out: '' })
    expect(seen.err).toContain(`${folder} cannot be read: there is no such file or folder`)
  })
})

describe('rows of a running collector', () => {
  const rows = [row({ val: 1, name: 'envoy_cluster_upstream_rq_xx', app: 'bookthief', agoMs: 3_000 }), row({ val: 2 })]

  it('are asked of it where no file is named, as a table or as they are sent', async () => {
    const { url, server } = await serve({ '/api/v1/rows': rows.toReversed().join('') })
    const table = await typed(`rows --server ${url}`)
    expect(table).toMatchObject({ exitCode: 0, err: '2 rows.\n' })
    await expect(table.out).toMatchFileSnapshot('../cases/cli/rows-collector.golden')
    expect(await typed(`rows --server ${url} -o json`)).toEqual({ exitCode: 0, out: rows.join(''), err: '' })
    server.close()
  })

  it('are filtered where they are, and what --since asks for beyond them is said to be elsewhere', async () => {
    const { url, server } = await serve({ '/api/v1/rows?name=a%26b&app=bookbuyer&namespace=shop&since=10m': rows[0] })
    const seen = await typed(`rows --server ${url} --name a&b --app bookbuyer --namespace shop --since 10m -o json`)
    server.close()
    expect(seen).toMatchObject({ exitCode: 0, out: rows[0] })
    expect(seen.err).toBe(
      'note: a running collector tells its rows of now, none before them: those are in the files of forward.files, mesh-telemetry rows FOLDER --since …\n',
    )
  })

  it('are followed: asked for again once a minute, and shown where their sidecar was read since', async () => {
    const answers: Record<string, unknown> = { '/api/v1/rows': rows.join('') }
    const { url, server } = await serve(answers)
    const clock = new FakeClock()
    const end = new AbortController()
    let seen: number[] = []
    const running = typed(`rows --server ${url} -o json --follow`, { clock, signal: end.signal, heard: ({ out }) => (seen = values(out)) })
    const until = async (wanted: number[]) => {
      const look = () => {
        clock.advance(60_000)
        return seen
      }
      await expect.poll(look, { interval: 5 }).toEqual(wanted)
    }
    await until([1, 2])
    answers['/api/v1/rows'] = row({ val: 3, agoMs: -60_000 }) + rows[0]
    await until([1, 2, 3])
    answers['/api/v1/rows'] = row({ val: 4, agoMs: -120_000 })
    await until([1, 2, 3, 4])
    end.abort()
    await running
    server.close()
    expect(seen).toEqual([1, 2, 3, 4])
  })

  it('cannot be had of files and of a collector at once', async () => {
    const seen = await typed(`rows ${folder} --server http://127.0.0.1:1`)
    expect(seen).toMatchObject({ exitCode: 2, out: '' })
    expect(seen.err).toContain('names files, and another option a collector')
  })

  it('are none of ours where something else answers, and out of reach where nobody does', async () => {
    const { url, server } = await serve({ '/api/v1/rows': 'hello' })
    const seen = await typed(`rows --server ${url}`)
    server.close()
    expect(seen).toMatchObject({ exitCode: 1, out: '' })
    expect(seen.err).toContain('a line that is none')
    expect(await typed('rows --server http://127.0.0.1:1')).toMatchObject({ exitCode: 3, out: '' })
  })
})
