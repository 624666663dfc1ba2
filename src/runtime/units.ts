const durationUnits = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const
const sizeUnits = { B: 1, KiB: 2 ** 10, MiB: 2 ** 20, GiB: 2 ** 30, kB: 1e3, MB: 1e6, GB: 1e9 } as const

export const durationPattern = /^(?:\d+(?:\.\d+)?(?:ms|[smhd]))+$/
export const sizePattern = /^\d+(?:\.\d+)?(?:B|KiB|MiB|GiB|kB|MB|GB)$/

/** `"15s"`, `"1m30s"`, `"250ms"` → milliseconds; `undefined` when it is no duration. */
export function parseDurationMs(text: string): number | undefined {
  if (!durationPattern.test(text)) return undefined
  const parts = [...text.matchAll(/(\d+(?:\.\d+)?)(ms|[smhd])/g)]
  return parts.reduce((sum, [, amount, unit]) => sum + Number(amount) * durationUnits[unit as keyof typeof durationUnits], 0)
}

/** `"64MiB"` → bytes; `undefined` when it is no size. */
export function parseBytes(text: string): number | undefined {
  if (!sizePattern.test(text)) return undefined
  const [, amount, unit] = /^([\d.]+)(\w+)$/.exec(text) ?? []
  return Math.round(Number(amount) * sizeUnits[unit as keyof typeof sizeUnits])
}

/** Milliseconds → `"1m30s"`, the shortest text that parses back. */
export function durationText(ms: number): string {
  if (ms === 0) return '0s'
  const units = Object.entries(durationUnits).reverse()
  let rest = ms
  let text = ''
  for (const [unit, size] of units) {
    const amount = unit === 'ms' ? rest : Math.floor(rest / size)
    if (amount > 0) text += `${amount}${unit}`
    rest -= amount * size
  }
  return text
}
