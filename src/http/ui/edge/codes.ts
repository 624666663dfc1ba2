/** Response codes as shares of all requests. */

export interface CodeShare {
  /** A code, or a class as in `5xx`. */
  readonly name: string
  /** `1` to `5` as in `5xx`; 0 for what is no HTTP code: the caller left before there was one, say. */
  readonly family: number
  readonly count: number
  readonly share: number
}

type Counts = Readonly<Record<string, number>>

const familyOf = (code: string): number => (/^[1-5](?:\d\d|xx)$/.test(code) ? Number(code[0]) : 0)

/** Every code that occurred, in their order. */
export function codesOf(byCode: Counts): readonly CodeShare[] {
  const met = Object.entries(byCode).filter(([, count]) => count > 0)
  const total = met.reduce((sum, [, count]) => sum + count, 0)
  return met
    .map(([name, count]) => ({ name, family: familyOf(name), count, share: count / total }))
    .toSorted((a, b) => a.name.localeCompare(b.name))
}

/** The same by class; what is no HTTP code is one class of its own, without a name. */
export function classesOf(byCode: Counts): readonly CodeShare[] {
  const byFamily = Map.groupBy(codesOf(byCode), ({ family }) => family)
  return [...byFamily]
    .map(([family, codes]) => ({
      name: family === 0 ? '' : `${family}xx`,
      family,
      count: codes.reduce((sum, { count }) => sum + count, 0),
      share: codes.reduce((sum, { share }) => sum + share, 0),
    }))
    .toSorted((a, b) => (a.family || 9) - (b.family || 9))
}
