import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { discoverEndpoints, noEndpointHistory } from '../../src/discover/file-sd/endpoints.ts'
import { readGroups } from '../../src/discover/file-sd/groups.ts'
import { Problem } from '../../src/runtime/problem.ts'
import { follow, temporaryFolder } from './folder.ts'

/** What discovery makes of one file. */
function outcome(text: string, { allowLoopback = false, dialect = 'auto' as const } = {}) {
  const look = { values: [readGroups(text, 'sd.yaml')], complete: true, problems: [], changed: true, restless: false }
  return discoverEndpoints(look, { dialect, allowLoopback }, noEndpointHistory).found
}

const failure = (text: string, file = 'sd.yaml') => {
  try {
    return { message: 'it was read', place: readGroups(text, file) }
  } catch (error) {
    if (!(error instanceof Problem)) throw error
    return { code: error.kind.code, message: error.message, place: error.place }
  }
}

describe('an endpoint of a file', () => {
  it('is a target with the labels of its group', () => {
    const { targets, rule } = outcome(`
- targets: ['10.0.0.1:15010', '[fd00::1]:9901']
  labels: { team: books, empty: '', __meta_datacenter: x }
- targets: [envoy.internal:8443]
  labels: { __scheme__: https, __metrics_path__: /metrics, instance: front }
`)
    expect(targets).toEqual([
      {
        id: '10.0.0.1:15010/stats/prometheus',
        url: new URL('http://10.0.0.1:15010/stats/prometheus'),
        kind: 'sidecar',
        dialect: 'osm',
        labels: { instance: '10.0.0.1:15010', team: 'books' },
        bornWatched: false,
        terminating: false,
      },
      expect.objectContaining({ id: '[fd00::1]:9901/stats/prometheus', labels: { instance: '[fd00::1]:9901', team: 'books' } }),
      expect.objectContaining({ url: new URL('https://envoy.internal:8443/metrics'), labels: { instance: 'front' } }),
    ])
    expect(rule).toBe('the file_sd files name 3 endpoints')
  })

  it('has the usual port of its scheme', () => {
    expect(outcome('[{ targets: [a.example], labels: {} }]').targets).toMatchObject([{ labels: { instance: 'a.example:80' } }])
  })

  it.each([
    ['169.254.169.254:80', '', 'its address is metadata'],
    ['127.0.0.1:15010', '', 'its address is loopback'],
    ['0x7f.1:15010', '', 'its address is loopback'],
    ['[::1]:15010', '', 'its address is loopback'],
    ['10.0.0.1:0', '', '0 is no port'],
    ['10.0.0.1:99999', '', '99999 is no port'],
    ['http://10.0.0.1:80', '', 'it is no host:port'],
    ['user@10.0.0.1:80', '', 'it is no host:port'],
    ['', '', 'it is no host:port'],
    ['10.0.0.1:80', '__scheme__: ftp', '__scheme__ is "ftp"'],
    ['10.0.0.1:80', '__metrics_path__: /../x', '__metrics_path__ is "/../x"'],
  ])('is left out when nobody may ask it: %j %s', (address, label, message) => {
    const found = outcome(`- targets: [10.0.0.9:1]\n- targets:\n  - ${JSON.stringify(address)}\n  labels: { ${label} }`)
    expect(found.targets).toHaveLength(1)
    expect(found.problems).toMatchObject([
      { code: 'endpoint_refused', file: 'sd.yaml', line: 3, message: expect.stringContaining(message) },
    ])
  })

  it('is asked on loopback when that is allowed', () => {
    expect(outcome('[{ targets: ["127.0.0.1:15010"] }]', { allowLoopback: true }).targets).toHaveLength(1)
  })

  it('counts once, however often it is written', () => {
    const { targets, problems } = outcome(
      '- targets: [10.0.0.1:1, 10.0.0.2:1]\n- targets: [10.0.0.1:1]\n- { targets: [10.0.0.1:1], labels: { __metrics_path__: /other } }',
    )
    expect([targets.length, problems]).toMatchObject([3, [{ code: 'object_repeated', line: 2 }]])
  })
})

describe('a file of another form', () => {
  it.each([
    ['no list', 'targets: []', 'object_invalid', 'expected array', 1],
    ['a target that is no text', '- targets:\n  - 10', 'object_invalid', '0.targets.0', 2],
    ['a misspelt field', '- targets: []\n- target: []', 'object_invalid', '1', 2],
    ['a bad label name', '- targets: []\n  labels:\n    a-b: x', 'object_invalid', 'a-b', 3],
    ['half a file', '- targets: [', 'file_malformed', 'No valid YAML', 1],
    ['nothing', '\n', 'file_empty', 'empty', undefined],
  ])('is refused with its line: %s', (_, text, code, message, line) => {
    const found = failure(text)
    expect(found).toMatchObject({ code, message: expect.stringContaining(message) })
    expect('line' in found.place ? found.place.line : undefined).toBe(line)
  })

  it('is refused all the same where the line cannot be told', () => {
    expect(failure('[\n{ "targets": [1], "targets": [2] }]', 'sd.json')).toMatchObject({ code: 'object_invalid', place: { line: 1 } })
  })

  it('says the line of JSON too', () => {
    expect(failure('[\n  { "targets": ["a:1"],\n    "labels": { "x": 1 } }\n]', 'sd.json')).toMatchObject({
      code: 'object_invalid',
      place: { line: 3 },
    })
  })
})

it('follows files and folders, relative to the configuration', async () => {
  await using folder = await temporaryFolder()
  const write = (file: string, ...targets: string[]) => writeFile(join(folder.path, file), JSON.stringify([{ targets }]))
  await mkdir(join(folder.path, 'sd'))
  await write('sd/a.json', '10.0.0.1:1')
  await write('one.yaml', '10.0.0.2:1')
  const { discovery, start, until } = follow({
    discover: { source: 'file_sd', file_sd: { paths: ['sd', 'one.yaml'] } },
    baseDirectory: folder.path,
  })
  await start()
  const shown = (...wanted: string[]) =>
    until(
      ({ targets }) => targets.map(({ labels, bornWatched }) => `${labels.instance}${bornWatched ? ' born' : ''}`).join() === wanted.join(),
    )
  await shown('10.0.0.1:1', '10.0.0.2:1')
  await write('sd/b.yaml', '10.0.0.3:1')
  await shown('10.0.0.1:1', '10.0.0.3:1 born', '10.0.0.2:1')
  await writeFile(join(folder.path, 'one.yaml'), '- targets: [')
  expect((await until(({ problems }) => problems.length > 0)).targets).toHaveLength(3)
  await discovery.close()
})
