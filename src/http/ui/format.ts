/** What stands where nothing is known. */
export const unknown = '–'

/** How numbers and times are written: each with its unit, `unknown` for what is not there. */
export interface Format {
  /** A count of things. */
  readonly count: (value: number | null | undefined) => string
  /** A count in little room: 12.3K. */
  readonly shortCount: (value: number | null | undefined) => string
  /** So many a second. */
  readonly perSecond: (value: number | null | undefined) => string
  /** A share from 0 to 1. */
  readonly share: (value: number | null | undefined) => string
  readonly bytes: (value: number | null | undefined) => string
  readonly bytesPerSecond: (value: number | null | undefined) => string
  /** How long something took, from seconds. */
  readonly latency: (seconds: number | null | undefined) => string
  /** A length of time of the clock, from milliseconds: in words as short as `5 min`. */
  readonly span: (ms: number) => string
  /** A time of day in the reader's zone, from milliseconds since the epoch. */
  readonly time: (ms: number) => string
  /** The same with its day and zone. */
  readonly moment: (ms: number) => string
}

/** Chinese units stand behind a space here, as all other units do. */
const beforeHan = /\d(?=\p{Script=Han})/u

/** @param language BCP 47, as in `zh` */
export function formatOf(language: string): Format {
  const whole = new Intl.NumberFormat(language, { maximumFractionDigits: 0 })
  const short = new Intl.NumberFormat(language, { notation: 'compact', maximumSignificantDigits: 3 })
  const digits = new Intl.NumberFormat(language, { maximumSignificantDigits: 3 })
  const percent = new Intl.NumberFormat(language, { style: 'percent', maximumSignificantDigits: 3 })
  const time = new Intl.DateTimeFormat(language, { hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' })
  const moment = new Intl.DateTimeFormat(language, { dateStyle: 'medium', timeStyle: 'long' })
  const unit = (name: string) => {
    const written = new Intl.NumberFormat(language, { style: 'unit', unit: name, unitDisplay: 'short', maximumFractionDigits: 0 })
    return (value: number) => written.format(value).replace(beforeHan, '$& ')
  }
  const spans = { second: unit('second'), minute: unit('minute'), hour: unit('hour'), day: unit('day') }
  const bytes = (value: number) => sized(value, digits)
  return {
    count: known((value) => whole.format(value)),
    shortCount: known((value) => short.format(value)),
    perSecond: known((value) => `${short.format(value)}/s`),
    share: known((value) => percent.format(value)),
    bytes: known(bytes),
    bytesPerSecond: known((value) => `${bytes(value)}/s`),
    latency: known((seconds) => (seconds < 1 ? `${digits.format(seconds * 1e3)} ms` : `${digits.format(seconds)} s`)),
    span: (ms) => spanText(ms, spans),
    time: (ms) => time.format(ms),
    moment: (ms) => moment.format(ms),
  }
}

const known =
  (text: (value: number) => string) =>
  (value: number | null | undefined): string =>
    typeof value === 'number' && Number.isFinite(value) ? text(value) : unknown

const sizes = ['B', 'kB', 'MB', 'GB', 'TB', 'PB']

function sized(bytes: number, digits: Intl.NumberFormat): string {
  const power = bytes < 1e3 ? 0 : Math.min(sizes.length - 1, Math.floor(Math.log10(bytes) / 3))
  return `${digits.format(bytes / 1e3 ** power)} ${sizes[power]}`
}

type SpanUnit = 'second' | 'minute' | 'hour' | 'day'
const unitSeconds = { day: 86_400, hour: 3_600, minute: 60 } as const

/** The two largest units: 1 hr 5 min. */
function spanText(ms: number, texts: Readonly<Record<SpanUnit, (value: number) => string>>): string {
  let seconds = Math.max(0, Math.round(ms / 1e3))
  const parts: string[] = []
  for (const [unit, length] of Object.entries(unitSeconds) as [SpanUnit, number][]) {
    if (seconds < length) continue
    parts.push(texts[unit](Math.floor(seconds / length)))
    seconds %= length
  }
  if (seconds > 0 || parts.length === 0) parts.push(texts.second(seconds))
  return parts.slice(0, 2).join(' ')
}
