import { globSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { parse } from 'yaml'
import { z } from 'zod'
import { typed } from './terminal-session.ts'

const shipped = join(import.meta.dirname, '../../dashboards')

let room: string
beforeEach(() => {
  room = mkdtempSync(join(tmpdir(), 'mesh-telemetry-export-'))
})
afterEach(() => rmSync(room, { recursive: true }))

const folder = () => join(room, 'out')
const exported = (flags = '') => typed(`dashboards export --folder ${folder()} ${flags}`)
const read = (path: string) => readFileSync(join(folder(), path), 'utf8')
const filesIn = (place: string) => globSync('**/*.*', { cwd: place }).sort()
const boards = () => globSync('*.json', { cwd: shipped }).sort()

/** As Grafana reads the part that says which data source is asked. */
const boardForm = z.looseObject({
  templating: z.looseObject({
    list: z.array(z.looseObject({ name: z.string(), type: z.string(), current: z.unknown().optional() })),
  }),
})
const boardIn = (text: string) => boardForm.parse(JSON.parse(text))

it('writes dashboards, alert rules and provisioning files as they are shipped, and says where they belong', async () => {
  const { exitCode, out, err } = await exported()
  expect({ exitCode, err }).toEqual({ exitCode: 0, err: '' })
  const products = filesIn(shipped).filter((path) => !path.endsWith('.ts'))
  expect(filesIn(folder())).toEqual(products)
  expect(products).toEqual(
    expect.arrayContaining([
      ...boards(),
      'alerts/mesh-telemetry.yaml',
      'provisioning/prometheus.yaml',
      'provisioning/grafana/datasources.yaml',
    ]),
  )
  expect(boards()).toHaveLength(5)
  for (const path of products) {
    expect(read(path)).toBe(readFileSync(join(shipped, path), 'utf8'))
    expect(out).toContain(`wrote     ${join(folder(), path)}\n`)
  }
  expect(out).toContain(`kubectl apply --server-side -n NAMESPACE -k ${folder()}\n`)
  expect(out).toContain(`${join(folder(), 'provisioning/grafana/datasources.yaml')} into /etc/grafana/provisioning/datasources`)
})

it('names the folder that the provisioning file has Grafana read', async () => {
  const { out } = await exported()
  const [, path] = /path: (\S+)/.exec(read('provisioning/grafana/dashboards.yaml')) ?? []
  expect(out).toContain(`/*.json into ${path}\n`)
})

it('puts the choice of a data source on the one that is said, and leaves everything else', async () => {
  const { exitCode, out } = await exported('--datasource prom-1')
  expect(exitCode).toBe(0)
  for (const path of boards()) {
    const before = boardIn(readFileSync(join(shipped, path), 'utf8'))
    const after = boardIn(read(path))
    const [choice] = after.templating.list.filter(({ type }) => type === 'datasource')
    expect(choice).toMatchObject({ name: 'datasource', current: { text: 'prom-1', value: 'prom-1' } })
    const others = (board: typeof after) => ({ ...board, templating: board.templating.list.filter(({ type }) => type !== 'datasource') })
    expect(others(after)).toEqual(others(before))
  }
  expect(readdirSync(join(folder(), 'provisioning/grafana'))).toEqual(['dashboards.yaml'])
  expect(out).not.toContain('datasources')
})

it('has Prometheus fetch from the collector that is said', async () => {
  const { exitCode } = await exported('--collector 127.0.0.1:9464')
  expect(exitCode).toBe(0)
  const jobs = (text: string) => (parse(text) as { scrape_configs: { static_configs: unknown }[] }).scrape_configs
  const expected = jobs(readFileSync(join(shipped, 'provisioning/prometheus.yaml'), 'utf8')).map((job) => ({
    ...job,
    static_configs: [{ targets: ['127.0.0.1:9464'] }],
  }))
  expect(jobs(read('provisioning/prometheus.yaml'))).toEqual(expected)
  for (const wrong of ['http://there:1', 'there', 'a b:1', '127.0.0.1:0', '127.0.0.1:65536', '127.0.0.1:99999'])
    expect(await typed(['dashboards', 'export', '--folder', folder(), '--collector', wrong])).toMatchObject({
      exitCode: 2,
      err: expect.stringContaining('It is a host and a port such as 127.0.0.1:9464.'),
    })
  expect(await exported('--force --collector [::1]:65535')).toMatchObject({ exitCode: 0 })
})

it("gives alerts the address of their pages, where Alertmanager's and Grafana's links look for it", async () => {
  const annotationsIn = (text: string) =>
    (parse(text) as { groups: { rules: { annotations: Record<string, string> }[] }[] }).groups.flatMap(({ rules }) =>
      rules.map(({ annotations }) => annotations),
    )
  const { exitCode } = await exported("--runbooks https://git.example.com/it's/mesh/")
  expect(exitCode).toBe(0)
  const before = annotationsIn(readFileSync(join(shipped, 'alerts/mesh-telemetry.yaml'), 'utf8'))
  expect(before.length).toBeGreaterThan(10)
  expect(annotationsIn(read('alerts/mesh-telemetry.yaml'))).toEqual(
    before.map((annotations) => ({
      ...annotations,
      runbook_url: annotations.runbook?.replace('docs/runbooks/', "https://git.example.com/it's/mesh/"),
    })),
  )
  for (const wrong of ['there', 'file:///docs', 'https://there/?page=', 'https://there/{{ $value }}#', 'https://there/{{ $value }}'])
    expect(await typed(['dashboards', 'export', '--folder', folder(), '--force', '--runbooks', wrong])).toMatchObject({
      exitCode: 2,
      err: expect.stringContaining('It is the address of a folder such as https://'),
    })
})

it('writes nothing over files that say something else, unless that is asked for', async () => {
  await exported()
  const [first = '', second = ''] = boards()
  writeFileSync(join(folder(), first), 'mine')
  rmSync(join(folder(), second))
  const { exitCode, out, err } = await exported()
  expect({ exitCode, out }).toEqual({ exitCode: 1, out: '' })
  expect(err).toContain(`nothing was written: ${join(folder(), first)} says something else (files_differ)\n`)
  expect(err).toContain('--force')
  expect(filesIn(folder())).not.toContain(second)

  const forced = await exported('--force')
  expect(forced.exitCode).toBe(0)
  expect(forced.out.match(/^wrote .*$/gm)).toHaveLength(2)
  expect(forced.out).toContain(`unchanged ${join(folder(), 'alerts/mesh-telemetry.yaml')}\n`)
  expect(read(first)).toBe(readFileSync(join(shipped, first), 'utf8'))
  expect((await exported()).out).not.toContain('wrote')
})

it('says what keeps it from writing: exit code 2', async () => {
  writeFileSync(folder(), 'a file')
  const { exitCode, out, err } = await exported()
  expect({ exitCode, out }).toEqual({ exitCode: 2, out: '' })
  expect(err).toContain('a part of the path is a file, not a folder (file_unwritable)')
})

it('takes only what can be a uid', async () => {
  expect(await exported('--datasource ${other}')).toMatchObject({ exitCode: 2, err: expect.stringContaining('It is a uid such as prom-1') })
})
