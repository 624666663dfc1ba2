import { once } from 'node:events'
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'

/** A wire to the API server that can be slow and can be cut; TLS goes through it as it is. */
export class Wire implements AsyncDisposable {
  /** Added to every piece, each way. */
  delayMs = 0
  readonly #to: { readonly host: string; readonly port: number }
  readonly #server: Server
  readonly #sockets = new Set<Socket>()

  private constructor(url: string) {
    const { hostname, port } = new URL(url)
    this.#to = { host: hostname, port: Number(port) }
    this.#server = createServer((near) => this.#join(near))
  }

  static async to(url: string): Promise<Wire> {
    const wire = new Wire(url)
    await once(wire.#server.listen(0, '127.0.0.1'), 'listening')
    return wire
  }

  /** Where the API server is found through it. */
  get url(): string {
    return `https://127.0.0.1:${(this.#server.address() as AddressInfo).port}`
  }

  /** Breaks everything that is open; who connects anew gets through. */
  cut(): void {
    for (const socket of this.#sockets) socket.resetAndDestroy()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.cut()
    await new Promise((resolve) => this.#server.close(resolve))
  }

  #join(near: Socket): void {
    const far = connect(this.#to)
    this.#follow(near, far)
    this.#follow(far, near)
  }

  #follow(from: Socket, to: Socket): void {
    this.#sockets.add(from.on('error', () => {}))
    from.once('close', () => {
      this.#sockets.delete(from)
      to.destroy()
    })
    void this.#carry(from, to)
  }

  /** Piece by piece in order. */
  async #carry(from: Socket, to: Socket): Promise<void> {
    try {
      for await (const piece of from) {
        if (this.delayMs > 0) await pause(this.delayMs)
        to.write(piece as Buffer)
      }
      to.end()
    } catch {
      to.destroy()
    }
  }
}
