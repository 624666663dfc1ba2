/** A piece of a remedy: words, or a command that can be typed as it stands. */
export interface RemedyPart {
  readonly kind: 'words' | 'command'
  readonly text: string
}

/** Commands begin a remedy, or follow a colon, a comma or a sentence. */
const begin = /(?:^|[:.] |, (?:or |then )?)(?=(?:kubectl|osm|fsm|mesh-telemetry|npx|npm|az|curl) )/g
const end = /^(?:[,;.] |\.$)/

/** Takes the commands out of a remedy, so that each can be copied alone. */
export function remedyParts(text: string): readonly RemedyPart[] {
  const parts: RemedyPart[] = []
  let at = 0
  const said = (to: number) => {
    const words = text
      .slice(at, to)
      .replace(/^[,;.]( |$)/, '')
      .trim()
    if (words !== '') parts.push({ kind: 'words', text: words })
  }
  for (const found of text.matchAll(begin)) {
    const from = found.index + found[0].length
    if (from < at) continue
    const to = endOf(text, from)
    said(from)
    parts.push({ kind: 'command', text: text.slice(from, to) })
    at = to
  }
  said(text.length)
  return parts
}

/** Where a command ends: before the sentence goes on, but not within quotes. */
function endOf(text: string, from: number): number {
  let quote = ''
  for (let i = from; i < text.length; i++) {
    const letter = text[i] as string
    if (letter === '\\' && quote !== "'") i += 1
    else if (quote !== '') quote = letter === quote ? '' : quote
    else if (letter === "'" || letter === '"') quote = letter
    else if (end.test(text.slice(i, i + 2))) return i
  }
  return text.length
}
