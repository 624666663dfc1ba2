import { appendFileSync, createReadStream, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { parseArgs } from 'node:util'
import { Ledger } from './ledger.ts'
import type { Reaction } from './request.ts'
import { FakeLogsIngestion } from './service.ts'

// A Logs Ingestion endpoint on this machine, to run a collector against: prints what the collector needs, keeps the rows, and says at the end what came.
// A reaction per line on standard input is what happens to the next request: {"answer":429,"retryAfter":"2"}, {"dropped":"after"}, {"slowMs":500}.
// {"trouble":{"answer":503}} is what happens to all others, {"trouble":null} ends it; {"listening":false} refuses connections until {"listening":true}.
// {"balance":FILE} compares what came with the rows that stand in the file; both are answered with a line of JSON.

/** `balance` leaves out the bytes `from` to `to` of the file. */
export type Order =
  | Reaction
  | { readonly trouble: Reaction | null }
  | { readonly listening: boolean }
  | { readonly balance: string; readonly from?: number; readonly to?: number }

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

process.once('SIGINT', () => void end()).once('SIGTERM', () => void end())
for await (const line of createInterface(process.stdin)) if (line.trim() !== '') await obey(JSON.parse(line) as Order)

async function obey(order: Order): Promise<void> {
  if ('balance' in order) console.log(JSON.stringify(await balance(order)))
  else if ('listening' in order) {
    await (order.listening ? service.appear() : service.vanish())
    console.log(JSON.stringify(order))
  } else if ('trouble' in order) service.trouble = order.trouble ?? undefined
  else service.reactions.push(order)
}

async function balance({ balance: file, from = 0, to = 0 }: Extract<Order, { readonly balance: string }>) {
  const made = new Ledger()
  const read = async (range: { readonly start?: number; readonly end?: number }) => {
    for await (const line of createInterface(createReadStream(file, range))) made.add(JSON.parse(line))
  }
  if (from > 0) await read({ end: from - 1 })
  await read({ start: to })
  return { ...figures(), made: made.rows, ...service.ledger.against(made) }
}

function figures() {
  const { ledger, heard } = service
  return { requests: heard.length, rows: ledger.rows, distinct: ledger.distinct, bytes: ledger.bytes, unanswered: service.unansweredRows }
}

async function end(): Promise<void> {
  console.log(JSON.stringify(figures()))
  await service[Symbol.asyncDispose]()
  rmSync(folder, { recursive: true })
  process.exit()
}
