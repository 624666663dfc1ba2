const usualLimit = 60

/**
 * Foreign text for a message, safe for a terminal and a log: control characters, marks that turn the direction of writing and whatever else is not seen
 * are spelled out (`\u{1b}`), and the rest is cut.
 *
 * @param limit characters that are shown at most
 */
export function legible(text: string, limit = usualLimit): string {
  // Each character of the text becomes at least one: the rest need not be looked at.
  const safe = [...text.slice(0, 2 * limit + 2).replace(/\p{C}/gu, (character) => `\\u{${character.codePointAt(0)?.toString(16)}}`)]
  return safe.length > limit ? `${safe.slice(0, limit - 1).join('')}…` : safe.join('')
}
