import { Worker } from 'node:worker_threads'

/** One file as browsers get it. */
export interface Asset {
  readonly contentType: string
  readonly body: Uint8Array
  readonly gzipped: Uint8Array
}

/** The page itself, which leads to all other files. */
export interface ShellAsset extends Asset {
  readonly etag: string
  readonly contentSecurityPolicy: string
}

/** All that the page for people is made of. */
export interface Assets {
  readonly shell: ShellAsset
  /** Of the names and bytes of all `files`; their address holds it, so that one address never means two contents. */
  readonly digest: string
  /** By name, as in `charts/line.ts`. */
  readonly files: ReadonlyMap<string, Asset>
}

/** The browser's own modules. */
export const uiFolder = new URL('ui/', import.meta.url)

/** Makes the assets of a folder when somebody asks for the first time: most collectors are never looked at. What failed is tried anew. */
export function assetsOf(folder: URL): () => Promise<Assets> {
  let made: Promise<Assets> | undefined
  return () => {
    made ??= make(folder).catch((error: unknown) => {
      made = undefined
      throw error
    })
    return made
  }
}

/** Stripping types and packing take a fraction of a second that belongs to the scraping: another thread spends it, and ends. */
function make(folder: URL): Promise<Assets> {
  return new Promise((resolve, reject) => {
    const thread = new Worker(new URL('asset-thread.ts', import.meta.url), {
      workerData: folder.href,
      // Node's own parser of modules needs the flag; that it and the stripping of types are young is nothing to tell an operator.
      execArgv: ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning'],
    })
    thread.unref()
    thread.once('message', resolve)
    thread.once('error', reject)
    thread.once('exit', () => reject(new Error('the thread that makes the page has ended')))
  })
}
