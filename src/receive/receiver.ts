import type { MeshConfig } from '../model/discovered.ts'
import type { ReceiverFigures } from '../model/figures.ts'
import type { SpanSink } from '../model/span.ts'
import type { Clock } from '../runtime/clock.ts'
import { legible } from '../runtime/legible.ts'
import { type Address, listenAt, urlOf } from '../runtime/listen.ts'
import type { Telemetry } from '../telemetry/events.ts'
import { createApp, type Limits } from './app.ts'
import { Intake } from './intake.ts'
import { type TracesOptions, usualPath } from './options.ts'
import { receiveProblems } from './problems.ts'
import { receiveEvents } from './telemetry.ts'

/** What a request that is on its way when it ends may still take. */
const finishWithinMs = 1_000

export interface ReceiverContext {
  /** Is handed what was received; a sender is answered by what it says. */
  readonly sink: SpanSink
  readonly clock: Clock
  readonly telemetry: Telemetry
  /** Takes one of the next 20 ports when the configured one is taken. */
  readonly portFallback?: boolean
  readonly limits?: Limits
}

/** Takes spans from sidecars and hands them on. */
export interface Receiver {
  /**
   * Resolves once spans are taken. Called once.
   *
   * @throws {Problem} where the address cannot be listened on
   */
  listen(): Promise<{ readonly url: string }>
  /** What the mesh's configuration says: spans are taken where it sends them, from now on. */
  follow(config: MeshConfig | undefined): void
  readonly figures: Omit<ReceiverFigures, 'sampledOut'>
  /** Takes no more; what is on its way is finished, within a second. Safe twice and before `listen`. */
  close(): Promise<void>
}

export function createReceiver(options: TracesOptions & { readonly listen: Address }, context: ReceiverContext): Receiver {
  const { telemetry, clock, portFallback = false, limits } = context
  const intake = new Intake(options, context)
  const ownPaths = [...new Set([usualPath, options.path])]
  let paths: ReadonlySet<string> = new Set(ownPaths)
  let url: string | null = null
  const { bodyLimit } = options
  const app = createApp({ bodyLimit, intake, telemetry, paths: () => paths, ...(limits && { limits }) })
  let closing: Promise<void> | undefined
  return {
    async listen() {
      const { host, port } = options.listen
      const became = await listenAt(app, options.listen, { portFallback, problems: receiveProblems })
      if (port !== 0 && became !== port) telemetry.emit(receiveEvents.portMoved, { taken: port, port: became })
      url = urlOf({ host, port: became }, 'http')
      telemetry.emit(receiveEvents.listening, { url, paths: [...paths] })
      return { url }
    },
    follow(config) {
      const path = meshPath(config)
      const followed = new Set([...ownPaths, ...(path === undefined ? [] : [path])])
      if (path !== undefined && !paths.has(path)) telemetry.emit(receiveEvents.pathFollowed, { path: legible(path) })
      paths = followed
    },
    get figures() {
      return { url, paths: [...paths], ...intake.figures }
    },
    close() {
      return (closing ??= new Promise((resolve) => {
        const cut = clock.after(finishWithinMs, () => app.server.closeAllConnections())
        void app.close().finally(() => {
          cut()
          resolve()
        })
      }))
    },
  }
}

/** Sidecars send to this path as it stands; what is no path is nowhere to send to. */
function meshPath(config: MeshConfig | undefined): string | undefined {
  const [path = ''] = (config?.tracing.endpoint ?? '').trim().split(/[?#]/)
  return /^\/\S+$/.test(path) ? path : undefined
}
