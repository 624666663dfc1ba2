import { perSecond, sumBy } from './queries.ts'

/** Which collectors: the labels that Prometheus itself gives to what it scrapes. */
export const where = 'job=~"$job", instance=~"$instance"'
export const each = ['instance']
export const rate = (counter: string, by?: readonly string[]) => perSecond(counter, { where, ...(by && { by }) })
export const total = (gauge: string, by?: readonly string[]) => sumBy(`${gauge}{${where}}`, by)
export const highest = (gauge: string, by: readonly string[] = each) => `max by (${by.join(', ')}) (${gauge}{${where}})`

/** Series that come into being with the first thing to count: before, there is one 0 without a name instead of nothing. */
export const orZero = (expr: string) => `${expr} or on () vector(0)`
