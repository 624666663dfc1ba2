import type { Telemetry } from './events.ts'
import type { OwnTracesOptions } from './options.ts'
import type { SdkContext } from './sdk.ts'

export interface Traced {
  /** With a tracer where traces are on. */
  readonly telemetry: Telemetry
  /** Sends what waits, within a second; what did not get away by then is let go. Safe twice. */
  close(): Promise<void>
}

/** Lets the collector trace itself where that is asked for. Otherwise nothing is even loaded. */
export async function traced(
  telemetry: Telemetry,
  options: OwnTracesOptions | undefined,
  context: Omit<SdkContext, 'telemetry'>,
): Promise<Traced> {
  if (!options) return { telemetry, close: async () => {} }
  const { startSdk } = await import('./sdk.ts')
  const sdk = startSdk(options, { ...context, telemetry })
  return { telemetry: { ...telemetry, tracer: sdk.tracer }, close: () => sdk.close() }
}
