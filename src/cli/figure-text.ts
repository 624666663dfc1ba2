/** Figures as a person reads them in a narrow column. What does not apply, such as the latency of a TCP edge, is a dash. */
export const absent = '–'

/** One digit after the point below a hundred, none above. */
const short = (value: number): string => value.toFixed(value >= 99.95 ? 0 : 1)

const largeSteps = [
  [1e9, 'G'],
  [1e6, 'M'],
  [1e4, 'k'],
] as const

/** Events per second: `0.2`, `153`, `12.3k`; what is not zero never reads as 0. */
export function rateText(perSecond: number): string {
  if (perSecond > 0 && perSecond < 0.05) return '<0.1'
  const step = largeSteps.find(([size]) => perSecond >= size)
  if (!step) return short(perSecond)
  const [size, letter] = step
  return `${short(perSecond / (letter === 'k' ? 1e3 : size))}${letter}`
}

/** A share as percent with one digit; a share that is not zero never reads as 0. */
export function percentText(ratio: number | null): string {
  if (ratio === null) return absent
  if (ratio > 0 && ratio < 0.0005) return '<0.1'
  return (ratio * 100).toFixed(1)
}

/** Seconds as `0.4ms`, `25ms`, `1.2s`. */
export function latencyText(seconds: number | undefined): string {
  if (seconds === undefined) return absent
  if (seconds < 0.00995) return `${short(seconds * 1e3)}ms`
  if (seconds < 0.9995) return `${Math.round(seconds * 1e3)}ms`
  return `${short(seconds)}s`
}

const sizeSteps = ['B', 'kB', 'MB', 'GB', 'TB'] as const

/** Bytes in powers of a thousand: `0B`, `999B`, `12.3kB`. */
export function bytesText(bytes: number): string {
  let step = 0
  let rest = bytes
  for (; rest >= 999.5 && step < sizeSteps.length - 1; step++) rest /= 1e3
  return `${step === 0 ? Math.round(rest) : short(rest)}${sizeSteps[step]}`
}

/** How long ago, in whole units: `3s`, `12m`, `5h`, `2d`. */
export function ageText(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1e3))
  if (seconds < 120) return `${seconds}s`
  if (seconds < 7_200) return `${Math.round(seconds / 60)}m`
  if (seconds < 172_800) return `${Math.round(seconds / 3_600)}h`
  return `${Math.round(seconds / 86_400)}d`
}

/** `1 edge`, `2 edges`. */
export function counted(count: number, noun: string, plural = `${noun}s`): string {
  return `${count} ${count === 1 ? noun : plural}`
}
