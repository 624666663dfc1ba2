import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { request } from 'node:https'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { LogsIngestionClient } from '@azure/monitor-ingestion'
import { describe, expect, it } from 'vitest'
import { certificate } from '../../scrape/support/certificate.ts'
import { FakeLogsIngestion } from '../../support/logs-ingestion/service.ts'

const libraryTo = (service: FakeLogsIngestion) =>
  new LogsIngestionClient(service.endpoint, { getToken: async () => service.issue() }, { tlsOptions: { ca: service.ca } })

/** One request without the library. @returns the status */
async function post(
  address: string,
  { token, body, encoding }: { readonly token: string; readonly body: Buffer; readonly encoding?: string },
) {
  const headers = {
    authorization: `Bearer ${token}`,
    'content-type': 'application/json',
    ...(encoding ? { 'content-encoding': encoding } : {}),
  }
  const asked = request(address, { method: 'POST', headers, ca: certificate, agent: false })
  asked.end(body)
  const [answer] = (await once(asked, 'response')) as [{ statusCode: number; resume(): void }]
  answer.resume()
  return answer.statusCode
}

describe('the fake of the Logs Ingestion endpoint', () => {
  it('does not take what the library makes of many small rows: its chunks count rows without commas', async () => {
    await using service = await FakeLogsIngestion.start()
    const rows = Array.from({ length: 140_000 }, () => ({ a: 1 }))
    await expect(libraryTo(service).upload(service.ruleId, service.stream, rows)).rejects.toMatchObject({
      name: 'AggregateLogsUploadError',
    })
    expect(service.heard[0]?.status).toBe(413)
  })

  it('judges address, version, token and body', async () => {
    await using service = await FakeLogsIngestion.start()
    const { endpoint, ruleId, stream } = service
    const { token } = service.issue()
    const to = `${endpoint}/dataCollectionRules/${ruleId}/streams/${stream}`
    const good = { token, body: Buffer.from('[{"a":1}]') }
    expect(await post(`${to}?api-version=2023-01-01`, good)).toBe(204)
    expect(await post(`${to}?api%2Dversion=2023-01-01`, { ...good, body: gzipSync(good.body), encoding: 'gzip' })).toBe(204)
    expect(await post(to, good)).toBe(400)
    expect(await post(`${endpoint}/?api-version=2023-01-01`, good)).toBe(404)
    expect(await post(`${to}?api-version=2023-01-01`, { ...good, token: 'another' })).toBe(401)
    expect(await post(`${to}?api-version=2023-01-01`, { ...good, body: Buffer.from('{"a":1}') })).toBe(400)
    expect(await post(`${to}?api-version=2023-01-01`, { ...good, body: gzipSync(Buffer.alloc(1_000_001, ' ')), encoding: 'gzip' })).toBe(
      413,
    )
    expect(service.ledger.rows).toBe(2)
  })

  it('counts what is lost, what came twice and what nobody sent', async () => {
    await using service = await FakeLogsIngestion.start()
    await libraryTo(service).upload(service.ruleId, service.stream, [{ a: 1 }, { a: 2 }, { a: 2 }, { a: 9 }])
    expect(service.ledger.balance(['{"a":1}', '{"a":2}', '{"a":3}'])).toEqual({ lost: 1, duplicated: 1, foreign: 1 })
  })

  it('is a program, too', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'logs-ingestion-test-'))
    const file = join(folder, 'rows.ndjson')
    const program = fileURLToPath(new URL('../../support/logs-ingestion/program.ts', import.meta.url))
    const child = spawn(process.execPath, [program, '--rows', file], { stdio: ['pipe', 'pipe', 'inherit'] })
    const lines = createInterface(child.stdout)[Symbol.asyncIterator]()
    let said = ''
    while (!said.includes('forward:')) said += `${(await lines.next()).value}\n`
    const [, identity = ''] = /IDENTITY_ENDPOINT=(\S+)/.exec(said) ?? []
    const [, endpoint = '', ruleId = '', stream = ''] = /endpoint: '(\S+)', ruleId: (\S+), stream: (\S+),/.exec(said) ?? []
    const { access_token: token } = (await (await fetch(`${identity}?resource=https://monitor.azure.com`)).json()) as {
      access_token: string
    }
    const to = `${endpoint}/dataCollectionRules/${ruleId}/streams/${stream}?api-version=2023-01-01`
    expect(await post(to, { token, body: Buffer.from('[{"a":1},{"a":1}]') })).toBe(204)
    expect(readFileSync(file, 'utf8')).toBe('{"a":1}\n{"a":1}\n')
    child.kill('SIGTERM')
    expect(JSON.parse(String((await lines.next()).value))).toEqual({ requests: 1, rows: 2, distinct: 1, bytes: 14, unanswered: 0 })
    await once(child, 'exit')
    rmSync(folder, { recursive: true })
  })
})
