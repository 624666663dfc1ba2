import { isFailed, type Span } from '../model/span.ts'
import type { TracesOptions } from './options.ts'

/** The last 56 bits of a trace id are random. Source: W3C Trace Context, level 2, random-trace-id flag; OpenTelemetry, TraceState: probability sampling. */
const randomDigits = 14
const everyTrace = 2 ** 56

/**
 * Which spans are kept. It goes by the trace id alone, so that a trace is kept whole, by every collector and by whoever else samples in this way; of 64-bit and
 * 128-bit ids of one trace the end is the same. What must be kept whatever its trace: spans that failed by their own account, and those whose sender asks for it.
 */
export function samplerOf({ sample, keepErrors }: Pick<TracesOptions, 'sample' | 'keepErrors'>): (span: Span) => boolean {
  const least = BigInt(Math.round((1 - sample) * everyTrace))
  // Digits of one length compare as their numbers do, which have more bits than a number of JavaScript holds.
  const leastDigits = least.toString(16).padStart(randomDigits, '0')
  const isSampled = ({ traceId }: Span) => least < everyTrace && traceId.slice(-randomDigits) >= leastDigits
  return (span) => isSampled(span) || span.debug === true || (keepErrors && isFailed(span))
}
