import { readdirSync, readFileSync } from 'node:fs'
import { labelsKey } from '../../src/model/labels.ts'
import { wantedOfSidecar } from '../../src/model/wanted.ts'
import type { Parsed } from '../../src/parse/parser.ts'
import { createParser } from '../../src/parse/template-parser.ts'

const fixtures = new URL('../fixtures/', import.meta.url)

export const wanted = wantedOfSidecar('osm', { requestStats: true })

/** The names of all captured pages: `v1.40.0-plain/bookbuyer-default.prom`. */
export const pageNames = readdirSync(fixtures, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.prom'))

export const page = (name: string): Buffer => readFileSync(new URL(name, fixtures))

/** What was read of a page, as lines `name{labels} type value`, in the page's order. */
export const linesOf = ({ shape, values }: Parsed): string[] =>
  shape.series.map(({ name, labels, type }, column) => `${name}{${labelsKey(labels)}} ${type} ${values[column]}`)

/** What a parser reads that has never seen a page. */
export const freshly = (body: Buffer, of = wanted): string[] => linesOf(createParser().read({ id: 'fresh', wanted: of, body }))
