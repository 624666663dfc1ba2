import { cp, mkdtemp, open, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { inflateSync } from 'node:zlib'

/** What a process that was killed had accepted for a destination and may not have delivered, in order. Read from a copy: looking must not mend anything. */
export async function leftFor(destination: string, stateFolder: string, scratch: string): Promise<Buffer> {
  const copy = await mkdtemp(join(scratch, 'copy-'))
  await cp(stateFolder, copy, { recursive: true })
  const database = new DatabaseSync(join(copy, 'mesh-telemetry.db'))
  try {
    const rows = database.prepare('SELECT body FROM chunks JOIN waits ON chunk = id WHERE taker = ? ORDER BY made_ms, id').all(destination)
    return Buffer.concat((rows as { body: Uint8Array }[]).map(({ body }) => inflateSync(body)))
  } finally {
    database.close()
    await rm(copy, { recursive: true })
  }
}

/** Which bytes of the file of rows come once more: they were written, and the process was killed before that was committed. Whole lines: a torn one is taken back. */
export async function repeatedIn(file: string, left: Buffer): Promise<{ readonly from: number; readonly to: number }> {
  const handle = await open(file)
  try {
    const { size } = await handle.stat()
    const tail = Buffer.alloc(Math.min(size, left.length))
    await handle.read(tail, 0, tail.length, size - tail.length)
    for (let at = 0; at < tail.length; at = tail.indexOf('\n', at) + 1 || tail.length) {
      const end = tail.subarray(at)
      if (!end.equals(left.subarray(0, end.length))) continue
      const from = size - end.length
      return { from, to: from + end.lastIndexOf('\n') + 1 }
    }
    return { from: 0, to: 0 }
  } finally {
    await handle.close()
  }
}

export const linesIn = (text: Buffer): number => text.reduce((count, byte) => count + (byte === 0x0a ? 1 : 0), 0)
