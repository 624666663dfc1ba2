import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import type { Server } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { edges, serve, targets } from './hand-made-collector.ts'
import { typed } from './terminal-session.ts'

const golden = (name: string) => `../cases/cli/${name}.golden`
const exposition = '# TYPE mesh_requests_total counter\nmesh_requests_total{direction="outbound"} 7\n'

let url: string
let server: Server
const room = mkdtempSync(join(tmpdir(), 'mesh-telemetry-cli-'))

beforeAll(async () => {
  ;({ url, server } = await serve({
    '/api/v1/edges?window=5m': edges,
    '/api/v1/edges?window=30s': { ...edges, coveredMs: 12_345, edges: [] },
    '/api/v1/edges?window=1m': { edges: 'none' },
    '/api/v1/targets': targets,
    '/metrics/edges': exposition,
  }))
})
afterAll(() => {
  server.close()
  rmSync(room, { recursive: true })
})

describe('edges', () => {
  it('shows the worst first in 80 columns, names cut in the middle and harmless', async () => {
    const { exitCode, out, err } = await typed(`edges --server ${url}`, { env: { COLUMNS: '80' } })
    expect(exitCode).toBe(0)
    expect(err).toBe("Over the last 5m. * the mesh's own. 1 more edge, inbound and workload, with -o json.\n")
    expect(Math.max(...out.split('\n').map((line) => line.length))).toBeLessThanOrEqual(80)
    await expect(out).toMatchFileSnapshot(golden('edges-80'))
  })

  it('cuts nothing in a pipe, so that names are found', async () => {
    expect((await typed(`edges --server ${url}`)).out).toContain('a-backend-with-a-name-longer-still')
  })

  it('shows names whole where there is room, and colours on a terminal', async () => {
    const { out } = await typed(`edges --server ${url}`, { terminal: { columns: 160 } })
    await expect(out.replaceAll('\u001B', '<esc>')).toMatchFileSnapshot(golden('edges-terminal-160'))
  })

  it('leaves colours out where NO_COLOR asks for it', async () => {
    const { out } = await typed(`edges --server ${url}`, { terminal: { columns: 160 }, env: { NO_COLOR: '1' } })
    expect(out).not.toContain('\u001B')
  })

  it('hands the answer on as JSON and the exposition as text', async () => {
    expect(JSON.parse((await typed(`edges --server ${url} -o json`)).out)).toEqual(edges)
    expect((await typed(`edges --server ${url} -o prometheus`)).out).toBe(exposition)
  })

  it('says so when nobody called anybody', async () => {
    const { exitCode, out, err } = await typed(`edges --window 30s --server ${url}/`)
    expect({ exitCode, out }).toEqual({ exitCode: 0, out: '' })
    expect(err).toBe('Nobody called anybody yet; "mesh-telemetry targets" says who is scraped.\nOver the last 12s.\n')
  })
})

describe('targets', () => {
  it('shows how scraping goes and why others are left out', async () => {
    const { exitCode, out } = await typed(`targets --server ${url}`, { env: { COLUMNS: '80' } })
    expect(exitCode).toBe(0)
    await expect(out).toMatchFileSnapshot(golden('targets-80'))
  })

  it('says so when nobody is scraped, and by which rule', async () => {
    const [problem] = targets.problems
    const none = {
      targets: [],
      dropped: [],
      rule: 'the ConfigMap names no namespace',
      problems: problem ? [problem] : [],
      scrape: { ...targets.scrape, problem: null },
    }
    const idle = await serve({ '/api/v1/targets': none })
    const { exitCode, out, err } = await typed(`targets --server ${idle.url}`)
    idle.server.close()
    expect({ exitCode, err }).toEqual({ exitCode: 0, err: '' })
    await expect(out).toMatchFileSnapshot(golden('targets-none'))
    const controlPlane = targets.targets.slice(0, 1).map((target) => ({ ...target, kind: 'control-plane' }))
    const alone = await serve({ '/api/v1/targets': { ...none, targets: controlPlane, problems: [] } })
    expect((await typed(`targets --server ${alone.url}`)).out).toMatch(
      /\d\n\nNo sidecar is scraped\. The rule: the ConfigMap names no namespace\.\n$/,
    )
    alone.server.close()
  })

  it('says for how long a fault that was mended may still be told', async () => {
    const refused = { code: 'kubernetes_forbidden', message: 'A right is missing.', remedy: 'Grant it.', file: null, line: null }
    const collector = await serve({ '/api/v1/targets': { ...targets, targets: [], problems: [refused] } })
    const { out } = await typed(`targets --server ${collector.url}`)
    collector.server.close()
    expect(out).toContain('  Grant it.\nThe API server is asked again within 30s; until then this is told, mended or not.\n')
  })

  it('adds nothing to a fault that says itself how soon it is tried again', async () => {
    const remedy = 'It is tried again, every 10s at the latest.'
    const away = { code: 'kubernetes_unreachable', message: 'It is away.', remedy, file: null, line: null }
    const collector = await serve({ '/api/v1/targets': { ...targets, targets: [], problems: [away] } })
    const { out } = await typed(`targets --server ${collector.url}`)
    collector.server.close()
    expect(out).toContain(`  ${remedy}\n`)
    expect(out).not.toContain('is asked again')
  })

  it('hands the answer on as JSON', async () => {
    expect(JSON.parse((await typed(`targets --server ${url} -o json`)).out)).toEqual(targets)
  })
})

describe('a collector that cannot be asked', () => {
  it('is unreachable: exit code 3 and what to type', async () => {
    const gone = await serve({})
    gone.server.close()
    await once(gone.server, 'close')
    const { exitCode, out, err } = await typed(`targets --server ${gone.url}`)
    expect({ exitCode, out }).toEqual({ exitCode: 3, out: '' })
    expect(err).toContain(`no collector answers at ${gone.url}: ECONNREFUSED`)
    expect(err).toContain('npx mesh-telemetry run --config FILE')
  })

  it('speaks no TLS: whoever typed https:// hears it', async () => {
    const { exitCode, err } = await typed(`targets --server ${url.replace('http:', 'https:')}`)
    expect(exitCode).toBe(3)
    expect(err).toContain('no TLS is spoken there, so that it may be http:// instead of https:// (')
  })

  it('would be on a port that no client asks: the words say so', async () => {
    expect((await typed('targets --server http://127.0.0.1:1')).err).toContain('it is one of the ports that HTTP is never asked at (')
  })

  it('answers with something else: exit code 1', async () => {
    expect(await typed(`edges --window 1m --server ${url}`)).toMatchObject({
      exitCode: 1,
      err: expect.stringContaining('server_answer_unusable'),
    })
    expect(await typed(`edges --window 2m --server ${url}`)).toMatchObject({ exitCode: 1, err: expect.stringContaining('answered 404') })
  })

  it('wants its token: exit code 2 without, fine with the file', async () => {
    const closed = await serve({ '/api/v1/targets': targets }, 'sesame')
    writeFileSync(join(room, 'token'), 'sesame\n')
    expect(await typed(`targets --server ${closed.url}`)).toMatchObject({ exitCode: 2, err: expect.stringContaining('--token-file') })
    expect(await typed(`targets --server ${closed.url} --token-file ${join(room, 'nowhere')}`)).toMatchObject({ exitCode: 2 })
    expect(await typed(`targets --server ${closed.url} --token-file ${join(room, 'token')}`)).toMatchObject({ exitCode: 0 })
    closed.server.close()
  })
})
