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

/** No host of digits alone: a port was meant, and systems take it for an address (9411 for 0.0.36.195). */
const listenPattern = /^(?:\[([0-9a-fA-F:.]+)\]|(?!\d+(?::|$))([A-Za-z0-9._-]+))(?::(\d{1,5}))?$/

/**
 * Where to listen as text, `"127.0.0.1:9464"`; the schema's output is `{ host, port }`.
 *
 * @param options.port what it is where none is written; without it one must be
 */
export const listenAddress = ({ example, port }: { readonly example: string; readonly port?: number }) => {
  const [, usual = ''] = example.split(':')
  const message = `is host:port, such as "${example}", "0.0.0.0:${usual}" or "[::1]:${usual}"; port 0 takes any free one`
  const parts = (text: string) => {
    const [, bracketed, plain, written = port] = listenPattern.exec(text) ?? []
    return { host: bracketed ?? plain ?? '', port: Number(written) }
  }
  return z
    .string(message)
    .refine((text) => listenPattern.test(text) && parts(text).port <= 65_535, message)
    .transform(parts)
}
