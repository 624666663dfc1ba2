import { boundsMs, type Histogram } from './histogram.ts'
import type { Statistic } from './statistics.ts'

const order = ['counter', 'gauge', 'histogram'] as const

/**
 * Envoy's Prometheus page: counters, gauges, histograms; families by dotted name, their members by raw name; TYPE once, no HELP, braces always.
 * Source: Envoy, source/server/admin/prometheus_stats.cc; pages of Envoy 1.40.
 */
export function envoyPage(statistics: readonly Statistic[]): string {
  const sorted = [...statistics].sort((a, b) => byType(a, b) || byText(a.family, b.family) || byText(a.raw, b.raw))
  let page = ''
  let family = ''
  for (const statistic of sorted) {
    const name = printedName(statistic.family)
    if (statistic.family !== family) page += `# TYPE ${name} ${statistic.type}\n`
    family = statistic.family
    page += lines(name, statistic)
  }
  return page
}

const byType = (a: Statistic, b: Statistic): number => order.indexOf(a.type) - order.indexOf(b.type)
const byText = (a: string, b: string): number => (a === b ? 0 : a < b ? -1 : 1)

/** WASM statistics are in a namespace of their own, which is left out as is Envoy's prefix, since 1.20. */
function printedName(family: string): string {
  const own = family.startsWith('wasmcustom.')
  return `${own ? '' : 'envoy_'}${family.replace(/^wasmcustom\./, '').replace(/[^a-zA-Z0-9_]/g, '_')}`
}

function lines(name: string, { labels, value }: Statistic): string {
  if (typeof value === 'number') return `${name}{${labels.join(',')}} ${value}\n`
  const bucket = (le: number | '+Inf', count: number) => `${name}_bucket{${[...labels, `le="${le}"`].join(',')}} ${count}\n`
  const buckets = value.cumulative().map((count, i) => bucket(boundsMs[i] ?? '+Inf', count))
  const text = `{${labels.join(',')}}`
  return `${buckets.join('')}${bucket('+Inf', value.count)}${name}_sum${text} ${sumText(value)}\n${name}_count${text} ${value.count}\n`
}

/** As C prints `%.32g`: every digit that the number really has, up to 32, and no zeros at the end. */
function sumText({ sumMs }: Histogram): string {
  // oxlint-disable-next-line number-arg-out-of-range -- up to 100 digits are allowed since ES2018
  const digits = sumMs.toPrecision(32)
  return digits.includes('.') ? digits.replace(/\.?0+$/, '') : digits
}
