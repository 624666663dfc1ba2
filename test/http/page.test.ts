import { createHash } from 'node:crypto'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { runInNewContext } from 'node:vm'
import { afterAll, describe, expect, it } from 'vitest'
import { parseAst } from 'vite'
import { assetsOf, uiFolder } from '../../src/http/assets.ts'
import { serve } from './collector-reading.ts'

const scratch = mkdtempSync(join(tmpdir(), 'mesh-telemetry-page-'))
afterAll(() => rmSync(scratch, { recursive: true }))

const small: Readonly<Record<string, string>> = {
  'main.ts': `import { render } from 'preact'
import { useState } from 'preact/hooks'
import { type Row, rowsOf } from './table/rows.ts'
import type { Edge } from '../../model/figures.ts'
export const shown = (edges: readonly Edge[]): readonly Row[] => rowsOf(edges as never)
export const draw = async () => ({ render, useState, map: await import('./map.ts') })
`,
  'table/rows.ts': `export * from '../names.ts'
export interface Row { readonly name: string }
export const rowsOf = (rows: readonly Row[]): readonly Row[] => rows.filter((row): row is Row => row.name !== '')
`,
  'names.ts': `export const text: string = "import { none } from './nowhere.ts'" // a name: string\n`,
  'map.ts': `import Plot from 'uplot'\nexport const place: unknown = Plot\n`,
  'style.css': 'body { color: teal }\n',
  'icon.svg': '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 8 8"><circle cx="4" cy="4" r="4"/></svg>\n',
  'tsconfig.json': '{}',
}

/** A page's modules as files of a folder. */
function folderOf(files: Readonly<Record<string, string>>): URL {
  const folder = mkdtempSync(join(scratch, 'ui-'))
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true })
    writeFileSync(join(folder, name), text)
  }
  return pathToFileURL(`${folder}/`)
}

const servePage = (files: Readonly<Record<string, string>>) => serve({}, { pageFolder: folderOf(files) })

const server = await servePage(small)
afterAll(() => server.close())

/** What the page says of itself: all of it relative, as a browser at `url` reads it. */
async function shellAt(url: string) {
  const answer = await fetch(url)
  const html = await answer.text()
  const scripts = [...html.matchAll(/<script(?: type="([^"]*)")?>(.*?)<\/script>/gs)].map(([, type, text = '']) => ({ type, text }))
  const map = scripts.find(({ type }) => type === 'importmap')?.text ?? ''
  const { imports } = JSON.parse(map) as { imports: Record<string, string> }
  const links = (rel: string) => [...html.matchAll(new RegExp(`<link rel="${rel}".*? href="(.*?)">`, 'g'))].map(([, href = '']) => href)
  const entry = /<script type="module" src="(.*?)">/.exec(html)?.[1] ?? ''
  return { answer, html, scripts, imports, entry, styles: links('stylesheet'), icons: links('icon'), preloads: links('modulepreload') }
}

interface Node {
  readonly type: string
  readonly source?: { readonly value: string } | null
}

/** What a module imports, and what it imports when it comes to it. Throws where it is no JavaScript. */
function importsOf(text: string): { readonly atOnce: readonly string[]; readonly later: readonly string[] } {
  const { body } = parseAst(text) as unknown as { body: readonly Node[] }
  const atOnce = body.flatMap(({ type, source }) => (/^(?:Import|Export)/.test(type) && source ? source.value : []))
  const later: string[] = []
  JSON.stringify(body, (_, node: Node | null) => {
    if (node?.type === 'ImportExpression' && node.source) later.push(node.source.value)
    return typeof node === 'bigint' ? null : node
  })
  return { atOnce, later }
}

/** Every module that the page can come to, by address; `needed` are those without which nothing of it runs. */
async function modulesAt(url: string) {
  const { entry, imports } = await shellAt(url)
  const texts = new Map<string, string>()
  const follow = async (start: readonly string[], isWhole: boolean): Promise<ReadonlySet<string>> => {
    const addresses = new Set(start)
    for (const address of addresses) {
      const answer = await fetch(address)
      const text = await answer.text()
      expect([address, answer.status, answer.headers.get('content-type')]).toEqual([address, 200, 'text/javascript; charset=utf-8'])
      texts.set(address, text)
      const { atOnce, later } = importsOf(text)
      for (const specifier of isWhole ? [...atOnce, ...later] : atOnce)
        addresses.add(specifier.startsWith('.') ? new URL(specifier, address).href : new URL(imports[specifier] ?? '?', url).href)
    }
    return addresses
  }
  const first = new URL(entry, url).href
  return { needed: await follow([first], false), all: await follow([first], true), texts }
}

describe('the shell of the page', () => {
  it('runs what its policy names, and nothing else', async () => {
    const { answer, html, scripts } = await shellAt(`${server.url}/`)
    const hashes = scripts.map(({ text }) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`)
    expect(hashes).toHaveLength(2)
    expect(answer.headers.get('content-security-policy')).toBe(
      `default-src 'none'; script-src 'self' ${hashes.join(' ')}; style-src 'self'; connect-src 'self'; img-src 'self'; ` +
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'",
    )
    expect(html).not.toMatch(/<style|\sstyle=|\son\w+=/)
    expect(Object.fromEntries(answer.headers)).toMatchObject({
      'content-type': 'text/html; charset=utf-8',
      'cache-control': 'no-cache',
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'cross-origin-opener-policy': 'same-origin',
      'cross-origin-resource-policy': 'same-origin',
    })
  })

  it('is a page in English for every width and both schemes, and says what to do without scripts', async () => {
    const { html } = await shellAt(`${server.url}/`)
    expect(html).toMatch(/^<!doctype html>\n<html lang="en">/)
    expect(html).toContain('<meta name="viewport" content="width=device-width, initial-scale=1">')
    expect(html).toContain('<meta name="color-scheme" content="light dark">')
    expect(html).toMatch(/<title>.+<\/title>/)
    expect(html).toMatch(/<noscript>.*npx mesh-telemetry edges.*href="api\/v1\/edges".*<\/noscript>/s)
  })

  it('leads only to what is there, by relative addresses', async () => {
    const { html, entry, styles, icons, preloads, imports } = await shellAt(`${server.url}/`)
    const files = [entry, ...styles, ...icons, ...preloads, ...Object.values(imports)]
    expect([styles.length, icons.length, preloads.length]).toEqual([2, 1, 4])
    expect(files.filter((address) => !/^(?:\.\/)?ui\/[0-9a-f]{20}\/[\w./-]+$/.test(address))).toEqual([])
    expect([...html.matchAll(/(?:src|href)="(.*?)"/g)].filter(([, address = '']) => /^\/|:/.test(address))).toEqual([])
    const answers = await Promise.all(files.map((address) => fetch(new URL(address, `${server.url}/`))))
    expect(answers.map(({ status }) => status)).toEqual(files.map(() => 200))
  })

  it('adds the slash that relative addresses need where a proxy has left it out, and stays on this host', async () => {
    const { scripts } = await shellAt(`${server.url}/`)
    const opened = (address: string) => {
      const went: string[] = []
      const location = Object.assign(new URL(address), { replace: (to: string) => went.push(to) })
      runInNewContext(scripts[0]?.text ?? '', { location, URL })
      return went
    }
    expect(opened('https://host/mesh?a=1#/map?window=1m')).toEqual(['https://host/mesh/?a=1#/map?window=1m'])
    expect(opened('https://host//elsewhere.example')).toEqual(['https://host//elsewhere.example/'])
    expect(opened('https://host/mesh/#/map')).toEqual([])
  })

  it('has modules loaded before they are asked for: those that the first one needs, not those for later', async () => {
    const { entry, preloads } = await shellAt(`${server.url}/`)
    const name = (address: string) => address.split('/').slice(2).join('/')
    expect(name(entry)).toBe('main.ts')
    expect(preloads.map(name)).toEqual(['libraries/preact.js', 'libraries/preact-hooks.js', 'table/rows.ts', 'names.ts'])
  })

  it('is asked again each time, and is sent when it has changed', async () => {
    const { headers } = await fetch(`${server.url}/`)
    const etag = headers.get('etag') ?? ''
    expect(etag).toMatch(/^W\/"[0-9a-f]{20}"$/)
    const asked = async (known: string) => {
      const answer = await fetch(`${server.url}/`, { headers: { 'if-none-match': known } })
      return { status: answer.status, length: (await answer.arrayBuffer()).byteLength, answer }
    }
    for (const known of [etag, etag.slice(2), `"other", ${etag}`, '*']) expect(await asked(known)).toMatchObject({ status: 304, length: 0 })
    for (const known of ['"other"', etag.slice(0, -2), 'W/""']) expect((await asked(known)).status).toBe(200)
    const { answer } = await asked(etag)
    for (const name of ['etag', 'content-type', 'cache-control', 'content-security-policy', 'vary'])
      expect([name, answer.headers.get(name)]).toEqual([name, headers.get(name)])
    await using other = await servePage({ ...small, 'names.ts': 'export const text = 1\n' })
    expect((await fetch(`${other.url}/`)).headers.get('etag')).not.toBe(etag)
  })

  it('is the same whatever the query says', async () => {
    const asked = async (query: string) => (await fetch(`${server.url}/${query}`)).text()
    expect(await asked('?window=5m&nothing=1')).toBe(await asked(''))
  })
})

describe("the page's files", () => {
  it('are JavaScript: types are gone, whatever is imported is there', async () => {
    const { needed, all, texts } = await modulesAt(`${server.url}/`)
    expect(all.size - needed.size).toBe(2)
    const rows = [...texts].find(([address]) => address.endsWith('/table/rows.ts'))?.[1]
    expect(rows).toContain('export const rowsOf = (rows')
    expect(rows).not.toMatch(/: readonly|interface|row is/)
  })

  it('bring no names of maps that are not served', async () => {
    const { texts } = await modulesAt(`${server.url}/`)
    expect([...texts].filter(([, text]) => text.includes('sourceMappingURL')).map(([address]) => address)).toEqual([])
  })

  it.each([
    ['main.ts', 'text/javascript; charset=utf-8'],
    ['libraries/htm.js', 'text/javascript; charset=utf-8'],
    ['libraries/uplot.css', 'text/css; charset=utf-8'],
    ['style.css', 'text/css; charset=utf-8'],
    ['icon.svg', 'image/svg+xml'],
  ])('%s is kept for ever, as plain text or gzip, and answers HEAD', async (name, contentType) => {
    const { entry } = await shellAt(`${server.url}/`)
    const url = `${server.url}/${entry.replace('main.ts', name)}`
    const plain = await fetch(url, { headers: { 'accept-encoding': 'identity' } })
    const zipped = await fetch(url, { headers: { 'accept-encoding': 'gzip' } })
    for (const { headers } of [plain, zipped])
      expect(Object.fromEntries(headers)).toMatchObject({
        'content-type': contentType,
        'cache-control': 'public, max-age=31536000, immutable',
        'x-content-type-options': 'nosniff',
        vary: 'accept-encoding',
      })
    expect([plain, zipped].map(({ headers }) => headers.get('content-encoding'))).toEqual([null, 'gzip'])
    expect(await zipped.text()).toBe(await plain.text())
    const head = await fetch(url, { method: 'HEAD', headers: { 'accept-encoding': 'identity' } })
    expect([head.status, await head.text()]).toEqual([200, ''])
    expect(head.headers.get('content-length')).toBe(plain.headers.get('content-length'))
  })

  it('have another address when one of them has changed, and the same when none has', async () => {
    const digest = async (files: Readonly<Record<string, string>>) => (await assetsOf(folderOf(files))()).digest
    const first = await digest(small)
    expect(await digest(small)).toBe(first)
    expect(await digest({ ...small, 'style.css': 'body { color: navy }\n' })).not.toBe(first)
    expect(await digest({ ...small, 'more.css': '' })).not.toBe(first)
  })

  it('are nowhere else', async () => {
    const { entry } = await shellAt(`${server.url}/`)
    const folder = entry.replace('/main.ts', '')
    const wrong = ['ui/0123456789abcdef0123/main.ts', `ui/${'0'.repeat(100)}/main.ts`]
    for (const name of ['none.ts', 'tsconfig.json', 'table', 'table/', '', '..%2fanswers.ts', '%2e%2e%2f%2e%2e%2fmain.ts', '__proto__'])
      wrong.push(`${folder}/${name}`)
    for (const path of wrong) {
      const answer = await fetch(`${server.url}/${path}`)
      expect([path, answer.status, answer.headers.get('cache-control')]).toEqual([path, 404, 'no-store'])
      expect(await answer.json()).toMatchObject({ error: { code: 'not_found' } })
    }
    expect((await fetch(`${server.url}/${entry}`, { method: 'POST' })).status).toBe(404)
  })

  it('are made once, for all who ask meanwhile; what failed is tried anew', async () => {
    const folder = folderOf({ ...small, 'main.ts': `import './missing.ts'` })
    const assets = assetsOf(folder)
    await expect(assets()).rejects.toThrow('the page has no module missing.ts')
    writeFileSync(new URL('missing.ts', folder), 'export {}')
    const [one, other] = await Promise.all([assets(), assets()])
    expect(one).toBe(other)
    expect(await assets()).toBe(one)
  })
})

it('what is kept of the page takes no more memory than its bytes', async () => {
  const { shell, files } = await assetsOf(uiFolder)()
  const kept = [shell, ...files.values()].flatMap(({ body, gzipped }) => [body, gzipped])
  const buffers = new Set(kept.map(({ buffer }) => buffer))
  const sum = (all: Iterable<{ readonly byteLength: number }>) => [...all].reduce((bytes, { byteLength }) => bytes + byteLength, 0)
  expect(sum(buffers)).toBe(sum(kept))
})

describe('with a token', () => {
  it('the page and its files are open, and tell nothing of the mesh', async () => {
    const bearerTokenFile = join(scratch, 'token')
    writeFileSync(bearerTokenFile, 's3cret-token\n')
    await using server = await serve({ bearerTokenFile }, { pageFolder: folderOf(small) })
    const { answer, html, entry } = await shellAt(`${server.url}/`)
    expect([answer.status, (await fetch(`${server.url}/${entry}`)).status]).toEqual([200, 200])
    expect(html).not.toMatch(/bookbuyer|bookstore|\d+\.\d+\.\d+/)
    for (const path of ['ui', 'ui/', 'api/v1/edges', 'api/v1/status', 'nothing'])
      expect([path, (await fetch(`${server.url}/${path}`)).status]).toEqual([path, 401])
  })
})

describe('the page as it is shipped', () => {
  const shipped = () => serve({}, { pageFolder: uiFolder })

  it('has every module that one of its modules imports', async () => {
    await using server = await shipped()
    const { needed, all } = await modulesAt(`${server.url}/`)
    const { preloads, entry } = await shellAt(`${server.url}/`)
    expect([entry, ...preloads].map((address) => `${server.url}/${address}`).sort()).toEqual([...needed].sort())
    expect(all.size).toBeGreaterThan(4)
  })

  it('is on the screen after less than 100 kB', async () => {
    await using server = await shipped()
    const { entry, styles, icons, preloads } = await shellAt(`${server.url}/`)
    const sizes = ['', entry, ...styles, ...icons, ...preloads].map(async (address) => {
      const { headers } = await fetch(`${server.url}/${address}`, { method: 'HEAD', headers: { 'accept-encoding': 'gzip' } })
      return Number(headers.get('content-length'))
    })
    expect((await Promise.all(sizes)).reduce((sum, size) => sum + size)).toBeLessThan(100_000)
  })
})
