import type { Discovered } from '../../model/discovered.ts'
import type { Clock } from '../../runtime/clock.ts'
import { explain } from '../../runtime/problem.ts'
import type { Telemetry } from '../../telemetry/events.ts'
import { Announcer } from '../announcer.ts'
import type { Discovery, DiscoveryContext } from '../discovery.ts'
import { discoverEvents } from '../telemetry.ts'
import { tracedRound } from '../traced-round.ts'
import type { FollowedFiles, Look } from './followed-files.ts'

/** How often files are looked at, and how soon again while one of them is being written. An edit acts well within two seconds. */
const lookEveryMs = 500
const lookAgainMs = 100

/** Discovery from files: they are followed, and what they say together makes the outcome. */
export class FileDiscovery<T> implements Discovery {
  readonly #files: FollowedFiles<T>
  readonly #outcome: (look: Look<T>) => Discovered
  readonly #clock: Clock
  readonly #telemetry: Telemetry
  readonly #announcer: Announcer
  #closed = false
  #cancel = () => {}

  /** @param outcome what the files say together; called for every change of them, in order, so that it may keep a history */
  constructor(files: FollowedFiles<T>, outcome: (look: Look<T>) => Discovered, { clock, telemetry }: DiscoveryContext) {
    this.#files = files
    this.#outcome = outcome
    this.#clock = clock
    this.#telemetry = telemetry
    this.#announcer = new Announcer(telemetry)
  }

  async start(changed: (found: Discovered) => void): Promise<void> {
    await this.#look(changed)
  }

  /** One look; then the next one is planned, so that two never overlap. */
  async #look(changed: (found: Discovered) => void): Promise<void> {
    const look = await this.#files.look()
    if (this.#closed) return
    this.#cancel = this.#clock.after(look.restless ? lookAgainMs : lookEveryMs, () => void this.#goOn(changed))
    if (!look.changed) return
    const find = () => this.#outcome(look)
    tracedRound(this.#telemetry, find, (found) => this.#announcer.announce(found, changed))
  }

  async close(): Promise<void> {
    this.#closed = true
    this.#cancel()
  }

  /** After the start nobody waits for a look: its failure must be told, and must not end the process. */
  async #goOn(changed: (found: Discovered) => void): Promise<void> {
    try {
      await this.#look(changed)
    } catch (error) {
      this.#telemetry.emit(discoverEvents.outcomeFailed, { error: explain(error) })
    }
  }
}
