/** What an activity says of itself: in OpenTelemetry's names where it has one (`http.request.method`), else as `mesh_telemetry.<what>`. Never a secret. */
export type Facts = Readonly<Record<string, string | number | boolean | undefined>>

/** Something that the collector does again and again, declared beside the code that does it. */
export interface ActivityKind {
  /** `scrape`: what a trace shows it under. */
  readonly name: string
  /** It asks somebody else and waits for the answer. */
  readonly isCall?: true
  /** It happens too often to be told of each time: `telemetry.traces.sample` is the share. */
  readonly isFrequent?: true
}

/** One time that it is done. It appears in a trace once it has ended; one that never ends was not worth telling. */
export interface Activity {
  tell(facts: Facts): void
  /** Begins a part of it. */
  part(kind: ActivityKind): Activity
  /** What follows from it, and begins later, finds it by this name; the last one who took the name holds it, for a thousand others. */
  leave(trail: string): void
  end(): void
  /** Ends it: that it failed, and why. */
  fail(error: unknown): void
}

/** Where the collector traces itself. Nothing here throws, waits, or can hold the work up that is told of. */
export interface Tracer {
  /**
   * Begins a trace.
   *
   * @param follows the trail of what it follows from
   * @returns nothing where the kind is frequent, and this time is not told of
   */
  begin(kind: ActivityKind, follows?: string): Activity | undefined
}
