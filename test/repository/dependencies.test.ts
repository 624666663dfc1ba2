import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'

const root = join(import.meta.dirname, '../..')
const read = (file: string) => readFileSync(join(root, file), 'utf8')

interface Locked {
  readonly license?: string
  readonly dev?: boolean
  readonly hasInstallScript?: boolean
  readonly integrity?: string
}

/** What `jaeger-client` needs: older than the field `license`; their licence stands in a file or an older field. */
const saidElsewhere: ReadonlySet<string> = new Set(
  ['ansi-color', 'bufrw', 'error', 'hexer', 'process', 'string-template', 'thriftrw'].map((name) => `node_modules/${name}`),
)

const manifest = JSON.parse(read('package.json')) as Readonly<Record<string, Readonly<Record<string, string>>>>
const { packages } = JSON.parse(read('package-lock.json')) as { packages: Readonly<Record<string, Locked>> }
const locked = Object.entries(packages).filter(([path]) => path !== '')

/** By heading, the rows of its table: package and licence. */
const listed = new Map(
  read('docs/dependencies.md')
    .split(/^## /m)
    .map((part) => [part.split('\n')[0] ?? '', [...part.matchAll(/^\| `(?<name>.+?)` \| (?<licence>.+?) \| .+ \|$/gm)]] as const)
    .map(([heading, rows]) => [heading, new Map(rows.map(({ groups }) => [groups?.name ?? '', groups?.licence ?? '']))]),
)

/** As the package itself says; one that is not for this machine is not there, and the lock file speaks for it. */
function licenceOf(name: string): string | undefined {
  const file = join(root, 'node_modules', name, 'package.json')
  if (!existsSync(file)) return packages[`node_modules/${name}`]?.license
  return (JSON.parse(readFileSync(file, 'utf8')) as { license?: string }).license
}

describe.each([
  ['In the collector', 'dependencies'],
  ['Node for machines without it', 'optionalDependencies'],
  ['For work on it', 'devDependencies'],
])('docs/dependencies.md, %s', (heading, field) => {
  const names = Object.keys(manifest[field] ?? {}).sort()

  it(`names what package.json has in ${field}, each with its licence`, () => {
    expect(names.length).toBeGreaterThan(0)
    expect(Object.fromEntries(listed.get(heading) ?? [])).toEqual(Object.fromEntries(names.map((name) => [name, licenceOf(name)])))
  })

  it('versions are exact', () => {
    expect(Object.entries(manifest[field] ?? {}).filter(([, version]) => !/^\d+\.\d+\.\d+$/.test(version))).toEqual([])
  })
})

describe('the lock file', () => {
  it('holds no package whose script is needed at installation, and none is run', () => {
    expect(read('.npmrc')).toMatch(/^ignore-scripts=true$/m)
    // It compares version numbers and prints a warning.
    expect(locked.filter(([, { hasInstallScript }]) => hasInstallScript).map(([path]) => path)).toEqual(['node_modules/protobufjs'])
  })

  it('holds a checksum of every package', () => {
    expect(locked.filter(([, { integrity }]) => !integrity?.startsWith('sha512-')).map(([path]) => path)).toEqual([])
  })

  it('brings only licences that the page names into the collector', () => {
    const brought = locked.filter(([, { dev }]) => !dev)
    const licences = new Set(brought.flatMap(([path, { license }]) => (saidElsewhere.has(path) ? [] : license)))
    const named = ['(MIT AND Zlib)', '0BSD', 'Apache-2.0', 'BSD-3-Clause', 'ISC', 'MIT', 'PSF-2.0', 'Unlicense']
    expect(licences).toEqual(new Set(named))
    const page = read('docs/dependencies.md')
    for (const path of saidElsewhere) expect(page).toContain(`\`${path.slice('node_modules/'.length)}\``)
  })
})
