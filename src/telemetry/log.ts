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
  const destination = options.destination ?? pino.destination({ dest: 2, sync: true })
  return pino(
    { ...settings, formatters: { level: (label) => ({ level: label }) } },
    { write: (line: string) => destination.write(line.replace(unseen, spelledOut)) },
  )
}

/**
 * What JSON leaves as it is and a terminal obeys: control characters of one byte above ASCII, marks that turn the direction of writing, and whatever else
 * is not seen. All but the end of the line.
 */
const unseen = /(?!\n$)[\p{C}\p{Zl}\p{Zp}]/gu

/** As JSON writes it, so that whoever reads the line gets the same text. */
const spelledOut = (character: string): string =>
  Array.from({ length: character.length }, (_, at) => `\\u${character.charCodeAt(at).toString(16).padStart(4, '0')}`).join('')
