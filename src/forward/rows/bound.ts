/**
 * A bucket's bound as Telegraf prints it: the shortest digits, with an exponent of two digits or more from a million up. Source: Go, strconv.FormatFloat
 * with the format 'g' and the precision -1; influxdata/telegraf, plugins/parsers/prometheus.
 */
export function boundText(le: string): string {
  const bound = Number(le.replace(/^\+?Inf$/, 'Infinity'))
  if (bound === Infinity) return '+Inf'
  const [mantissa = '', exponent = ''] = bound.toExponential().split('e')
  const power = Number(exponent)
  if (Number.isNaN(power) || (power >= -4 && power < 6)) return Number.isNaN(bound) ? le : String(bound)
  return `${mantissa}e${exponent.slice(0, 1)}${exponent.slice(1).padStart(2, '0')}`
}
