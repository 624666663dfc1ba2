import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { readManifest } from '../../src/discover/manifests/reader.ts'
import { discoverOptions } from '../../src/discover/options.ts'
import { Cluster, namespace } from './cluster.ts'

const configMaps = fileURLToPath(new URL('../../configmaps/', import.meta.url))
const complaints = (options: unknown) =>
  discoverOptions.safeParse(options).error?.issues.map(({ path, message }) => `${path.join('.')} ${message}`) ?? []

describe('the options', () => {
  it('have their defaults', () => {
    expect(discoverOptions.parse(undefined)).toEqual({
      source: 'kubernetes',
      namespaces: 'auto',
      configMap: { namespace: 'kube-system', name: 'container-azm-ms-osmconfig' },
      mesh: { name: 'auto', namespace: 'auto', dialect: 'auto' },
      kubernetes: {},
      manifests: { path: './manifests' },
      file_sd: { paths: [] },
    })
  })

  it.each([
    [{ source: 'consul' }, 'source is "kubernetes"'],
    [{ kubernetes: { context: '' } }, 'kubernetes.context'],
    [{ source: 'file_sd' }, 'file_sd.paths names at least one file'],
    [{ manifest: {} }, 'Unrecognized key: "manifest"'],
    [{ mesh: { dialect: 'istio' } }, 'mesh.dialect'],
  ])('refuse %j', (options, complaint) => {
    expect(complaints(options)).toEqual([expect.stringContaining(complaint)])
  })
})

describe('the files of configmaps/', () => {
  const files = readdirSync(configMaps).filter((file) => file.endsWith('.yaml'))
  const read = (file: string) => readManifest(readFileSync(`${configMaps}${file}`, 'utf8'), file)

  it.each(files)('%s is read without a problem', (file) => {
    const found = read(file)
    expect(found.configMaps.length).toBeGreaterThan(0)
    expect(new Cluster().look(found).problems).toEqual([])
  })

  it('name the namespaces of the demo, and one more when its line is swapped in as the file says', () => {
    const text = readFileSync(`${configMaps}container-azm-ms-osmconfig.yaml`, 'utf8')
    const namespaces = ['bookbuyer', 'bookstore', 'bookwarehouse', 'bookthief'].map((name) => namespace(name))
    const found = new Cluster().look({ ...readManifest(text, 'c.yaml'), namespaces })
    expect(found.namespaces).toEqual(['bookbuyer', 'bookstore', 'bookwarehouse'])
    expect(found.dropped).toMatchObject([
      { namespace: 'bookthief', reason: 'namespace_not_named', remedy: expect.stringContaining('edit c.yaml') },
    ])
    const swapped = text.replace(/^ +monitor_namespaces.*\n/m, '').replace(/^( +)# monitor_namespaces/m, '$1monitor_namespaces')
    expect(new Cluster().look({ ...readManifest(swapped, 'c.yaml'), namespaces }).namespaces).toContain('bookthief')
  })
})
