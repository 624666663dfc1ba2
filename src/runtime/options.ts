import { z } from 'zod'
import { durationPattern, parseBytes, parseDurationMs, sizePattern } from './units.ts'

/** A duration as text, `"15s"`; the schema's input keeps the text, its output is milliseconds. */
export const duration = (options: { readonly min?: string; readonly max?: string } = {}) => {
  const { min = '0s', max = '365d' } = options
  return z
    .string()
    .regex(durationPattern, 'is a duration such as "15s", "1m30s" or "250ms"')
    .transform((text) => parseDurationMs(text) ?? 0)
    .refine((ms) => ms >= (parseDurationMs(min) ?? 0) && ms <= (parseDurationMs(max) ?? Infinity), `is at least ${min} and at most ${max}`)
}

/** A size as text, `"64MiB"`; the schema's output is bytes. */
export const size = (options: { readonly min?: string; readonly max?: string } = {}) => {
  const { min = '1B', max = '1024GiB' } = options
  return z
    .string()
    .regex(sizePattern, 'is a size such as "64MiB" or "900kB"')
    .transform((text) => parseBytes(text) ?? 0)
    .refine((bytes) => bytes >= (parseBytes(min) ?? 0) && bytes <= (parseBytes(max) ?? Infinity), `is at least ${min} and at most ${max}`)
}
