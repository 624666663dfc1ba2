/** Text as one word that a shell takes literally: names and paths are others' input, and `$(…)` in them must not run where a remedy is pasted. */
export function shellWord(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`
}
