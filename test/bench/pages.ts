import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { wantedOfSidecar } from '../../src/model/wanted.ts'

const captured = join(import.meta.dirname, '../fixtures/v1.40.0-plain/bookbuyer-scrape-6.prom')
const sampleCluster = 'bookstore/bookstore-v1|14001'
const label = /envoy_cluster_name="([^"]*)"/
const wanted = wantedOfSidecar('osm', { requestStats: true })

/** Target `n` of the benchmark: its address is that of floor.c. */
export const addressOf = (n: number): string => `127.20.${(n + 1) >> 8}.${(n + 1) & 255}`

export const port = 15010
export const path = '/stats/prometheus'

/**
 * The pages of one sidecar with that many clusters, one after another: a captured page with one cluster's lines repeated under other names, whose
 * values grow from page to page.
 */
export function pagesOf(options: { readonly clusters: number; readonly pages: number; readonly filtered: boolean }): readonly string[] {
  const lines = template(options.clusters).filter((line) => !options.filtered || isWanted(line))
  return Array.from({ length: options.pages }, (_, page) => `${lines.map((line) => grown(line, page)).join('\n')}\n`)
}

function template(clusters: number): readonly string[] {
  const lines = readFileSync(captured, 'utf8').trimEnd().split('\n')
  const names = Array.from({ length: clusters }, (_, i) => `bookstore-${i % 7}/store-${i}|14001`)
  const out: string[] = []
  let block: string[] = []
  const flush = () => {
    for (const name of names) for (const line of block) out.push(line.replace(sampleCluster, name))
    block = []
  }
  for (const line of lines) {
    const cluster = label.exec(line)?.[1]
    if (cluster === sampleCluster) block.push(line)
    else if (cluster === undefined) {
      flush()
      out.push(line)
    }
  }
  flush()
  return out
}

const isWanted = (line: string): boolean => {
  const [, type, name = ''] = /^(# TYPE )?(\w+)/.exec(line) ?? []
  return wanted.takes(name) || (type !== undefined && wanted.takes(`${name}_count`))
}

/** Whatever a sidecar has counted moves on with each page; what stands after the point stays as it was printed. */
function grown(line: string, page: number): string {
  if (line.startsWith('#') || line.startsWith('envoy_server_')) return line
  const [, series, whole, fraction] = /^(.* )([1-9]\d*)(\S*)$/.exec(line) ?? []
  return whole === undefined ? line : `${series}${Number(whole) + page * 2}${fraction}`
}
