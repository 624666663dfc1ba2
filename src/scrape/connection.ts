import { connect, type Socket } from 'node:net'
import type { Problem } from '../runtime/problem.ts'
import { checkedLookup, hostOf, requireAddress } from './address.ts'
import { type Answer, type Asker, connectionProblem, type Ground, letGo, requestHeaders, requirePage, timeoutProblem } from './answer.ts'
import { ResponseReader } from './framing.ts'

/** One request and what has come of its answer. */
interface Exchange {
  readonly request: string
  readonly resolve: (answer: Answer) => void
  readonly reject: (problem: Problem) => void
  readonly reader: ResponseReader
  /** Whether it went out on a connection that had served before. */
  reused: boolean
  connected: boolean
  sentMs: number
  firstByteMs: number | undefined
  cancelDeadline: () => void
}

/**
 * One kept HTTP/1.1 connection to a plain-http target. The socket reads into the shared buffer, so no chunk ever becomes an object.
 *
 * A request on a kept connection that is closed before the first byte of the answer goes out once more on a new one: the target may have closed in
 * the very moment in which it was asked.
 */
export class Connection implements Asker {
  readonly #url: URL
  readonly #ground: Ground
  readonly #headers: string
  #socket: Socket | undefined
  #exchange: Exchange | undefined
  #closed = false

  constructor(url: URL, ground: Ground) {
    this.#url = url
    this.#ground = ground
    const headers = Object.entries({ Host: url.host, ...requestHeaders(ground.userAgent) })
    this.#headers = headers.map(([name, value]) => `${name}: ${value}\r\n`).join('')
  }

  ask(path: string, deadlineMs: number): Promise<Answer> {
    const { clock } = this.#ground
    if (this.#closed) return Promise.reject(letGo())
    return new Promise((resolve, reject) => {
      const reader = this.#newReader()
      const state = { reader, reused: false, connected: false, sentMs: 0, firstByteMs: undefined }
      const cancelDeadline = clock.after(deadlineMs - clock.monotonicMs(), () => this.#expired())
      const request = `GET ${path} HTTP/1.1\r\n${this.#headers}\r\n`
      this.#exchange = { request, resolve, reject, ...state, cancelDeadline }
      this.#send(this.#exchange)
    })
  }

  close(): void {
    this.#closed = true
    this.#fail(letGo())
    this.#drop()
  }

  #newReader(): ResponseReader {
    return new ResponseReader((head) => {
      requirePage(head)
      return this.#ground.buffers.take()
    })
  }

  #send(exchange: Exchange): void {
    exchange.reused = this.#socket !== undefined
    exchange.connected = exchange.reused
    try {
      this.#socket ??= this.#connect()
      this.#socket.write(exchange.request, 'latin1')
      exchange.sentMs = this.#ground.clock.monotonicMs()
    } catch (error) {
      this.#fail(asProblem(error))
    }
  }

  #connect(): Socket {
    const { received, allowLoopback, clock } = this.#ground
    const host = hostOf(this.#url)
    requireAddress(host, { allowLoopback })
    let cause: Error | undefined
    const callback = (count: number) => {
      this.#received(socket, count)
      return true
    }
    const place = { host, port: Number(this.#url.port || 80), lookup: checkedLookup({ allowLoopback }) }
    const socket = connect({ ...place, noDelay: true, onread: { buffer: received, callback } })
    socket.on('connect', () => {
      if (this.#socket !== socket || !this.#exchange) return
      this.#exchange.connected = true
      this.#exchange.sentMs = clock.monotonicMs()
    })
    socket.on('error', (error) => (cause = error))
    socket.on('end', () => socket.destroy())
    socket.on('close', () => this.#hungUp(socket, cause))
    return socket
  }

  #received(socket: Socket, count: number): void {
    if (socket !== this.#socket) return
    const exchange = this.#exchange
    if (!exchange) return this.#drop() // nobody asked: whatever this is, it must not become the next answer
    exchange.firstByteMs ??= this.#ground.clock.monotonicMs()
    try {
      if (exchange.reader.push(this.#ground.received, count)) this.#complete(exchange)
    } catch (error) {
      this.#fail(asProblem(error))
    }
  }

  #hungUp(socket: Socket, cause: Error | undefined): void {
    if (socket !== this.#socket) return
    this.#socket = undefined
    const exchange = this.#exchange
    if (!exchange) return
    if (exchange.reused && exchange.firstByteMs === undefined) return this.#send(exchange)
    try {
      if (cause) throw connectionProblem(cause)
      exchange.reader.end()
      this.#complete(exchange)
    } catch (error) {
      this.#fail(asProblem(error))
    }
  }

  #expired(): void {
    const { connected = false, reader } = this.#exchange ?? {}
    this.#fail(timeoutProblem({ connected, bytes: reader?.body?.length }))
  }

  #complete(exchange: Exchange): void {
    const { reader, sentMs, firstByteMs = sentMs } = exchange
    exchange.cancelDeadline()
    this.#exchange = undefined
    if (!reader.keepAlive) this.#drop()
    const body = reader.body ?? this.#ground.buffers.take()
    exchange.resolve({ body, firstByteMs: firstByteMs - sentMs })
  }

  #fail(problem: Problem): void {
    const exchange = this.#exchange
    if (!exchange) return
    exchange.cancelDeadline()
    this.#exchange = undefined
    this.#drop()
    if (exchange.reader.body) this.#ground.buffers.give(exchange.reader.body)
    exchange.reject(problem)
  }

  #drop(): void {
    this.#socket?.destroy()
    this.#socket = undefined
  }
}

function asProblem(error: unknown): Problem {
  return connectionProblem(error instanceof Error ? error : new Error(String(error)))
}
