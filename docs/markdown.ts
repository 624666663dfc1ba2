/** First line of every generated page: whoever edits it by hand should know better before the test says so. */
const notice = '<!-- Written by `npm run docs` from the source. Edit there. -->'

/** A page from its title and its parts, which an empty line sets apart. */
export function page(title: string, parts: readonly string[]): string {
  return `${[notice, `# ${title}`, ...parts].join('\n\n')}\n`
}

export const code = (text: string): string => `\`${text}\``

/** A table. Cells hold Markdown; a pipe or a line's end in them would end the cell, so they are escaped. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell) => cell.replaceAll('|', String.raw`\|`).replaceAll('\n', '<br>')).join(' | ')} |`
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n')
}

/** A sentence as it is: `<pod>` is no HTML, and `*.yaml` no emphasis. */
export function sentence(text: string): string {
  return text.replaceAll(/[<*]/g, (sign) => `\\${sign}`)
}
