import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { stripTypeScriptTypes } from 'node:module'
import { extname } from 'node:path'
import { SourceTextModule } from 'node:vm'
import { parentPort, workerData } from 'node:worker_threads'
import { gzipSync } from 'node:zlib'
import type { Asset, Assets } from './assets.ts'
import { shellOf } from './shell.ts'

// The thread that makes the page's assets, says them, and ends.

const entry = 'main.ts'
const styles = ['libraries/uplot.css', 'style.css'] // ours has the last word

/** By what modules import them as. */
const libraries: Readonly<Record<string, { readonly name: string; readonly source: string; readonly ending?: string }>> = {
  preact: { name: 'libraries/preact.js', source: import.meta.resolve('preact') },
  'preact/hooks': { name: 'libraries/preact-hooks.js', source: import.meta.resolve('preact/hooks') },
  htm: { name: 'libraries/htm.js', source: import.meta.resolve('htm') },
  // The only minified form of it is a script: half the size of the module, and a module with this ending.
  uplot: { name: 'libraries/uplot.js', source: import.meta.resolve('uplot/dist/uPlot.iife.min.js'), ending: '\nexport default uPlot\n' },
}

const contentTypes: Readonly<Record<string, string>> = {
  '.ts': 'text/javascript; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
}

/** Text of every file by its name. */
function textsIn(folder: URL): ReadonlyMap<string, string> {
  const texts = new Map([['libraries/uplot.css', read(import.meta.resolve('uplot/dist/uPlot.min.css'))]])
  // Maps of the sources are not served.
  for (const { name, source, ending = '' } of Object.values(libraries))
    texts.set(name, read(source).replace(/\/\/# sourceMappingURL=\S+\s*$/, '') + ending)
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((name) => name.replaceAll('\\', '/'))
  for (const name of names.filter((one) => extname(one) in contentTypes).sort()) {
    const text = read(new URL(name, folder))
    texts.set(name, name.endsWith('.ts') ? stripTypeScriptTypes(text) : text)
  }
  return texts
}

const read = (file: string | URL): string => readFileSync(new URL(file), 'utf8')

/** The modules that must be there before the first one runs, itself the first. @throws where one of them is not among the texts */
function neededAtOnce(texts: ReadonlyMap<string, string>): readonly string[] {
  const needed = new Set([entry])
  for (const name of needed) {
    const text = texts.get(name)
    if (text === undefined) throw new Error(`the page has no module ${name}`)
    const { moduleRequests } = new SourceTextModule(text, { identifier: name })
    for (const { specifier } of moduleRequests)
      needed.add(libraries[specifier]?.name ?? new URL(specifier, `ui:/${name}`).pathname.slice(1))
  }
  return [...needed]
}

function digestOf(texts: ReadonlyMap<string, string>): string {
  const hash = createHash('sha256')
  for (const part of texts) hash.update(JSON.stringify(part))
  return hash.digest('hex').slice(0, 20)
}

function asset(text: string, contentType = 'application/octet-stream'): Asset {
  const body = new TextEncoder().encode(text)
  // A copy: what zlib gives lies in a buffer that is much larger, and all of that would be kept.
  return { contentType, body, gzipped: new Uint8Array(gzipSync(body, { level: 9 })) }
}

function assetsIn(folder: URL): Assets {
  const texts = textsIn(folder)
  const digest = digestOf(texts)
  const imports = Object.fromEntries(Object.entries(libraries).map(([specifier, { name }]) => [specifier, name]))
  const shell = shellOf({ base: `ui/${digest}`, styles, imports, modules: neededAtOnce(texts) })
  const etag = `W/"${createHash('sha256').update(shell.html).digest('hex').slice(0, 20)}"`
  return {
    shell: { ...asset(shell.html, 'text/html; charset=utf-8'), etag, contentSecurityPolicy: shell.contentSecurityPolicy },
    digest,
    files: new Map([...texts].map(([name, text]) => [name, asset(text, contentTypes[extname(name)])])),
  }
}

parentPort?.postMessage(assetsIn(new URL(String(workerData))))
