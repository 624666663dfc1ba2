import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import type { Server } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { withRemedyFor } from '../../src/cli/page-remedies.ts'
import { parseProblems } from '../../src/parse/problems.ts'
import { Problem, type ProblemKind } from '../../src/runtime/problem.ts'
import { scrapeProblems } from '../../src/scrape/problems.ts'
import { serve } from './hand-made-collector.ts'
import { typed } from './terminal-session.ts'

const page = `# HELP envoy_cluster_upstream_rq Requests.
# TYPE envoy_cluster_upstream_rq counter
envoy_cluster_upstream_rq{envoy_response_code="200",envoy_cluster_name="bookstore/bookstore-v1|14001"} 42
# TYPE envoy_cluster_upstream_rq_time histogram
envoy_cluster_upstream_rq_time_bucket{envoy_cluster_name="a",le="+Inf"} 3
envoy_cluster_upstream_rq_time_sum{envoy_cluster_name="a"} +Inf
envoy_cluster_upstream_rq_time_count{envoy_cluster_name="a"} 3
# TYPE envoy_cluster_upstream_rq counter
envoy_cluster_upstream_rq{envoy_response_code="503",envoy_cluster_name="\u001B[31m\\"quoted\\""} 1
# TYPE other gauge
other NaN
`
const broken = 'a 1\nb{c="d" 2\n'

const room = mkdtempSync(join(tmpdir(), 'mesh-telemetry-scrape-'))
const file = join(room, 'page.prom')
let url: string
let server: Server

beforeAll(async () => {
  writeFileSync(file, page)
  ;({ url, server } = await serve({ '/stats/prometheus': page, '/broken?x=1': broken }))
})
afterAll(() => {
  server.close()
  rmSync(room, { recursive: true })
})

describe('scrape', () => {
  it.each([
    ['a file', () => file, ''],
    ['a URL of this machine', () => `${url}/stats/prometheus`, ''],
    ['standard input', () => '-', page],
  ])('shows the page of %s', async (_, source, stdin) => {
    const { exitCode, out, err } = await typed(`scrape ${source()}`, { stdin, env: { COLUMNS: '80' } })
    expect(exitCode).toBe(0)
    expect(err).toBe(`${page.length}B, 6 samples; the collector uses 5 of them as a page of an osm sidecar.\n`)
    await expect(out).toMatchFileSnapshot('../cases/cli/scrape-80.golden')
  })

  it('prints a clean exposition: a family once, values as they were', async () => {
    const { out } = await typed(`scrape ${file} -o prometheus`)
    await expect(out.replaceAll('\u001B', '<esc>')).toMatchFileSnapshot('../cases/cli/scrape-prometheus.golden')
    expect((await typed('scrape - -o prometheus', { stdin: out })).out).toBe(out)
    expect((await typed(`scrape ${file} -o prometheus`, { terminal: { columns: 80 } })).out).not.toContain('\u001B')
  })

  it('prints JSON, and only what the collector uses where that is asked for', async () => {
    const all = JSON.parse((await typed(`scrape ${file} -o json`)).out)
    expect(all.at(-1)).toEqual({ name: 'other', labels: {}, value: 'NaN', type: 'gauge' })
    expect(all.at(2)).toMatchObject({ name: 'envoy_cluster_upstream_rq_time_sum', value: '+Inf', type: 'histogram' })
    expect(JSON.parse((await typed(`scrape --wanted ${file} -o json`)).out)).toEqual(all.slice(0, 5))
  })
})

describe('a page that cannot be shown', () => {
  it('is broken: line and column, and nothing on standard output', async () => {
    const { exitCode, out, err } = await typed(`scrape ${url}/broken?x=1`)
    expect({ exitCode, out }).toEqual({ exitCode: 1, out: '' })
    expect(err).toMatch(`${url}/broken?x=1:2:9: `)
    expect((await typed('scrape -', { stdin: broken })).err).toContain('standard input:2:9: ')
  })

  it.each([
    ['does not exist', () => join(room, 'nowhere'), 2, 'nowhere cannot be read: there is no such file or folder'],
    ['is a folder', () => room, 2, 'cannot be read: it is a folder'],
    ['lacks its scheme', () => '127.0.0.1:15010', 2, '127.0.0.1:15010 is no file; a URL begins with http://'],
    ['lacks its scheme, with a path', () => 'localhost:15010/stats/prometheus', 2, 'a URL begins with http://'],
    ['lacks its scheme, of IPv6', () => '[::1]:15010', 2, 'a URL begins with http://'],
    ['is at a metadata address', () => 'http://169.254.169.254/latest/meta-data', 2, 'address_refused'],
    ['is at no URL', () => 'http://[', 2, 'no URL'],
    ['is not at this path', () => `${url}/nowhere`, 1, 'status_4xx'],
    ['has nobody who serves it', () => 'http://127.0.0.1:1/', 3, 'connection_refused'],
  ])('%s', async (_, source, exitCode, message) => {
    expect(await typed(`scrape ${source()}`)).toMatchObject({ exitCode, out: '', err: expect.stringContaining(message) })
  })
})

it('never hands on a remedy with a place to fill in', () => {
  const kinds: ProblemKind[] = [scrapeProblems, parseProblems].flatMap((all) => Object.values(all))
  for (const source of ['http://10.0.0.1:15010/stats/prometheus', 'page.prom', '-'])
    for (const kind of kinds) expect(withRemedyFor(source, new Problem(kind, 'It failed.')).kind.remedy).not.toMatch(/<\w+>/)
})

it('types the URL into the remedy', async () => {
  expect((await typed('scrape http://127.0.0.1:1/')).err).not.toContain('<pod>')
  expect((await typed(`scrape ${url}/nowhere`)).err).toContain(`curl -sv ${url}/nowhere`)
})
