/** The word that may be meant where another one is written; `undefined` where none is near enough. Case, hyphens and underscores do not count. */
export function nearest(word: string, known: readonly string[]): string | undefined {
  const plain = (text: string) => text.toLowerCase().replace(/[-_]/g, '')
  const [best] = known.map((name) => ({ name, away: distance(plain(word), plain(name)) })).sort((a, b) => a.away - b.away)
  const most = best && Math.min(Math.max(1, Math.floor(best.name.length / 3)), best.name.length - 1)
  return best && best.away <= (most ?? 0) ? best.name : undefined
}

/** How many letters must be put in, taken out or changed (Levenshtein). */
function distance(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, i) => i)
  for (const [i, letter] of [...from].entries()) {
    const next = [i + 1]
    for (let j = 1; j <= to.length; j++)
      next.push(Math.min((row[j] as number) + 1, (next[j - 1] as number) + 1, (row[j - 1] as number) + (letter === to[j - 1] ? 0 : 1)))
    row = next
  }
  return row[to.length] as number
}
