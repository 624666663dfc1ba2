import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { Order } from '../../support/logs-ingestion/program.ts'

const program = join(import.meta.dirname, '../../support/logs-ingestion/program.ts')

/** What came, against what was made: rows. */
export interface Arrivals {
  readonly made: number
  readonly rows: number
  readonly lost: number
  readonly duplicated: number
  readonly foreign: number
  /** Stored, and the sender was not told. */
  readonly unanswered: number
  readonly requests: number
}

/** The Logs Ingestion endpoint and the issuer of tokens in a process of their own. */
export class ServiceProcess {
  readonly #process: ChildProcess
  readonly #lines: AsyncIterator<string>
  /** What a collector needs in its environment to trust it. */
  environment: Readonly<Record<string, string>> = {}
  /** The section `forward.azure`. */
  options: Readonly<Record<string, string>> = {}

  private constructor(child: ChildProcess, lines: AsyncIterator<string>) {
    this.#process = child
    this.#lines = lines
  }

  static async start(): Promise<ServiceProcess> {
    const child = spawn(process.execPath, [program], { stdio: ['pipe', 'pipe', 'inherit'] })
    const service = new ServiceProcess(child, createInterface(child.stdout)[Symbol.asyncIterator]())
    let said = ''
    while (!said.includes('forward:')) said += `${await service.#line()}\n`
    service.environment = Object.fromEntries([...said.matchAll(/^export (\w+)=(.*)$/gm)].map(([, name, value]) => [name, value]))
    const [, endpoint = '', ruleId = '', stream = ''] = /endpoint: '(\S+)', ruleId: (\S+), stream: (\S+),/.exec(said) ?? []
    service.options = { endpoint, ruleId, stream, credential: 'managedIdentity' }
    return service
  }

  /** To every request from now on; `null`: none. */
  trouble(trouble: Extract<Order, { readonly trouble: unknown }>['trouble']): void {
    this.#tell({ trouble })
  }

  /** To the next requests, one each. */
  react(reactions: readonly Order[]): void {
    for (const reaction of reactions) this.#tell(reaction)
  }

  /** Whether connections are taken. */
  async listen(listening: boolean): Promise<void> {
    this.#tell({ listening })
    await this.#line()
  }

  /** @param repeated bytes of the file that stand in it twice */
  async arrivals(file: string, repeated: { readonly from: number; readonly to: number }): Promise<Arrivals> {
    this.#tell({ balance: file, ...repeated })
    return JSON.parse(await this.#line()) as Arrivals
  }

  async stop(): Promise<void> {
    const ended = once(this.#process, 'exit')
    if (this.#process.kill('SIGTERM')) await ended
  }

  #tell(order: Order): void {
    this.#process.stdin?.write(`${JSON.stringify(order)}\n`)
  }

  async #line(): Promise<string> {
    const { value, done } = await this.#lines.next()
    if (done) throw new Error('the service has ended')
    return String(value)
  }
}
