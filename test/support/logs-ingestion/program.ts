import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import type { Reaction } from './request.ts'
import { FakeLogsIngestion } from './service.ts'

// A Logs Ingestion endpoint on this machine, to run a collector against: prints what the collector needs, keeps the rows, and says at the end what came.
// A reaction per line on standard input is what happens to the next request: {"answer":429,"retryAfter":"2"}, {"dropped":"after"}, {"slowMs":500}.

const { values } = parseArgs({ options: { rows: { type: 'string' } } })
const service = await FakeLogsIngestion.start()
const folder = mkdtempSync(join(tmpdir(), 'logs-ingestion-'))
const ca = join(folder, 'ca.pem')
writeFileSync(ca, `${service.ca}\n`)
const { rows } = values
if (rows !== undefined) service.onRow = (row) => appendFileSync(rows, `${JSON.stringify(row)}\n`)

const environment = Object.entries({ ...service.environment, NODE_EXTRA_CA_CERTS: ca })
console.log(environment.map(([name, value]) => `export ${name}=${value}`).join('\n'))
console.log(
  `# forward: { azure: { endpoint: '${service.endpoint}', ruleId: ${service.ruleId}, stream: ${service.stream}, credential: managedIdentity } }`,
)

process.stdin.setEncoding('utf8').on('data', (text: string) => {
  for (const line of text.split('\n').filter((part) => part.trim() !== '')) service.reactions.push(JSON.parse(line) as Reaction)
})
process.once('SIGINT', () => void end()).once('SIGTERM', () => void end())

async function end(): Promise<void> {
  const { ledger, heard } = service
  console.log(JSON.stringify({ requests: heard.length, rows: ledger.rows, distinct: ledger.distinct, bytes: ledger.bytes }))
  await service[Symbol.asyncDispose]()
  rmSync(folder, { recursive: true })
  process.exit()
}
