import type { DestinationFigures } from '../model/figures.ts'
import { Courier, type CourierContext } from './courier.ts'
import type { Destination } from './destination.ts'

/** One courier per destination: none waits for another. */
export class Couriers {
  readonly #couriers: readonly Courier[]

  constructor(destinations: readonly Destination[], context: CourierContext) {
    this.#couriers = destinations.map((destination) => new Courier(destination, context))
  }

  begin(): void {
    for (const courier of this.#couriers) courier.begin()
  }

  /** Brings the gauges up to date: they are of the last call. */
  tell(): void {
    for (const courier of this.#couriers) courier.tell()
  }

  figures(): readonly DestinationFigures[] {
    return this.#couriers.map((courier) => courier.figures())
  }

  /** Takes about a second at most; what did not arrive stays in the outbox. Safe twice. */
  async close(): Promise<void> {
    await Promise.all(this.#couriers.map((courier) => courier.close()))
  }
}
