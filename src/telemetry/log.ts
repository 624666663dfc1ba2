import { type DestinationStream, type Logger, pino, stdTimeFunctions } from 'pino'

export type Log = Logger
export const logLevels = ['error', 'warn', 'info', 'debug'] as const
export type LogLevel = (typeof logLevels)[number]

/**
 * JSON lines on standard error, or to `destination`. Levels by consequence: error = data was lost or someone must act; warn = degraded and
 * mending itself; info = a state changed; debug = why. Nothing is logged per sample or per scrape.
 */
export function createLog(options: { readonly level: LogLevel; readonly destination?: DestinationStream }): Log {
  const settings = { level: options.level, base: null, timestamp: stdTimeFunctions.isoTime, messageKey: 'message' }
  return pino(
    { ...settings, formatters: { level: (label) => ({ level: label }) } },
    options.destination ?? pino.destination({ dest: 2, sync: true }),
  )
}
