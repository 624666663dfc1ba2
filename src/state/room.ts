import { stat, statfs } from 'node:fs/promises'
import { dirname } from 'node:path'

/** A chunk may stand twice for a while, in the log and in the file, and as much again is for the sums and for whatever else writes there. */
const share = 1 / 4

/** How many bytes of chunks the disk has room for beside the sums: of what is free there and what the file and its log have taken. Throws what the system says. */
export async function roomForChunks(file: string): Promise<number> {
  const { bavail, bsize } = await statfs(dirname(file))
  const taken = await Promise.all(['', '-wal'].map((ending) => sizeOf(file + ending)))
  return share * taken.reduce((sum, size) => sum + size, bavail * bsize)
}

const sizeOf = (file: string): Promise<number> =>
  stat(file).then(
    ({ size }) => size,
    () => 0,
  )
