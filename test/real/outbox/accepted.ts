import { cp, mkdtemp, readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { inflateSync } from 'node:zlib'

/** Lines that a process which was killed had accepted, and may not have delivered. Read from a copy: looking must not mend anything. */
export async function acceptedLines(stateFolder: string, scratch: string): Promise<string[]> {
  const copy = await mkdtemp(join(scratch, 'copy-'))
  await cp(stateFolder, copy, { recursive: true })
  const database = new DatabaseSync(join(copy, 'mesh-telemetry.db'))
  try {
    const rows = database.prepare('SELECT body FROM chunks').all() as { body: Uint8Array }[]
    return rows.flatMap(({ body }) => linesOf(inflateSync(body).toString()))
  } finally {
    database.close()
  }
}

/** All lines of all files, the oldest file first. Throws for one that is not whole. */
export async function writtenLines(folder: string): Promise<string[]> {
  const files = (await readdir(folder)).sort((a, b) => Number(a === 'rows.ndjson') - Number(b === 'rows.ndjson') || a.localeCompare(b))
  const texts = await Promise.all(files.map((file) => readFile(join(folder, file), 'utf8')))
  const lines = texts.flatMap(linesOf)
  for (const line of lines) JSON.parse(line)
  return lines
}

const linesOf = (text: string): string[] => text.split('\n').filter(Boolean)

/** The first counter whose rows fall over time: a row was ahead of the sums that a crash left. */
export function fallingSeries(lines: readonly string[]): string | undefined {
  interface Row {
    readonly TimeGenerated: string
    readonly Name: string
    readonly Tags: string
    readonly Val: number
  }
  const rows = lines.map((line) => JSON.parse(line) as Row).filter(({ Name }) => !Name.endsWith('_active'))
  for (const [series, samples] of Map.groupBy(rows, ({ Name, Tags }) => Name + Tags)) {
    const ordered = samples.sort((a, b) => a.TimeGenerated.localeCompare(b.TimeGenerated))
    const fall = ordered.findIndex(({ Val }, at) => Val < (ordered[at - 1]?.Val ?? 0))
    if (fall >= 0) return `${series} fell from ${ordered[fall - 1]?.Val} to ${ordered[fall]?.Val} at ${ordered[fall]?.TimeGenerated}`
  }
  return undefined
}
