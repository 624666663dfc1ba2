/** What Prometheus has seen, and what an alert makes of it. */
export interface AlertCase {
  readonly alert: string
  /** What happens, for the report. */
  readonly when: string
  /** Values once a minute in promtool's notation, by series. */
  readonly series: Readonly<Record<string, string>>
  /** When it is looked. */
  readonly atMinute: number
  /** Labels beside `alertname` of each alert of that name that fires then; none: it keeps silent. */
  readonly fires: readonly Readonly<Record<string, string>>[]
  /** What each of them says, where that depends on labels. */
  readonly says?: readonly { readonly summary: string; readonly description: string }[]
}

type Labels = Readonly<Record<string, string>>

export const seriesText = (name: string, labels: Labels = {}): string =>
  `${name}{${Object.entries(labels)
    .map(([label, value]) => `${label}="${value}"`)
    .join(',')}}`

/** A counter that grows by so much a minute; in several spans one after the other. */
export function growing(...spans: readonly { readonly by: number; readonly minutes: number }[]): string {
  let value = 0
  return spans
    .map(({ by, minutes }) => {
      const first = value
      value += by * minutes
      return `${first}+${by}x${minutes - 1}`
    })
    .join(' ')
}

export const steady = (value: number, minutes: number): string => `${value}+0x${minutes}`
