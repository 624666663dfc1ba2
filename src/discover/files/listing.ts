import type { Dirent } from 'node:fs'
import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'

/** A file as the file system shows it. Two equal signatures: the same content. */
export interface Listed {
  readonly path: string
  readonly signature: string
  readonly bytes: number
}

export interface Listing {
  readonly files: readonly Listed[]
  /** There are more files and folders than the limit; the rest was left out. */
  readonly more: boolean
  /** What could not be read, so that files of it may be missing here without being gone. */
  readonly failures: readonly { readonly path: string; readonly error: NodeJS.ErrnoException }[]
}

const endings = /\.(?:ya?ml|json)$/

/** Subfolders deeper than this are no place for manifests; a link that leads back up ends here too. */
const depthLimit = 16

/**
 * Lists the YAML and JSON files of folders and single files, sorted by path; `limit` bounds the files and folders that are looked at.
 *
 * Names that begin with a dot are left out: editors' scratch files, and the `..data` folders behind the links of a mounted ConfigMap or Secret.
 * The links themselves are followed, so that Kubernetes' swap of `..data` shows as new signatures.
 */
export async function list(roots: readonly string[], limit: number): Promise<Listing> {
  const files: Listed[] = []
  const failures: { path: string; error: NodeJS.ErrnoException }[] = []
  let looked = 0

  const visit = async (path: string, depth: number): Promise<void> => {
    if (++looked > limit) return
    try {
      const found = await stat(path, { bigint: true })
      if (found.isFile()) {
        const signature = [found.dev, found.ino, found.size, found.mtimeNs, found.ctimeNs].join(' ')
        files.push({ path, signature, bytes: Number(found.size) })
      } else if (found.isDirectory() && depth < depthLimit) {
        const entries = (await readdir(path, { withFileTypes: true })).filter(isSeen)
        for (const name of entries.map((entry) => entry.name).sort()) await visit(join(path, name), depth + 1)
      }
    } catch (error) {
      // Below a root, a file can go between listing and looking: then it is gone, and nothing failed.
      const gone = (error as NodeJS.ErrnoException).code === 'ENOENT'
      if (depth === 0 || !gone) failures.push({ path, error: error as NodeJS.ErrnoException })
    }
  }
  for (const root of roots) await visit(root, 0)
  return { files, more: looked > limit, failures }
}

/** Only what can be a file of ours, or lead to some. */
const isSeen = (entry: Dirent) => !entry.name.startsWith('.') && (endings.test(entry.name) || entry.isDirectory())
