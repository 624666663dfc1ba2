import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Tables } from './kql.ts'

export const folder = join(import.meta.dirname, '../../azure')
export const read = (file: string): string => readFileSync(join(folder, file), 'utf8')
export const bicep = read('main.bicep')

/** Every query that is shipped, by its file. */
export const queries: Readonly<Record<string, string>> = Object.fromEntries(
  ['queries', 'functions', 'alerts', 'workbook/kql'].flatMap((room) =>
    readdirSync(join(folder, room)).map((file) => [`${room}/${file}`, read(`${room}/${file}`)]),
  ),
)

/** The columns of the table that main.bicep makes, by their name. */
export const columns: Readonly<Record<string, string>> = Object.fromEntries(
  [...bicep.matchAll(/\{ name: '(\w+)', type: '(\w+)' \}/g)].map(([, name = '', type = '']) => [name, type]),
)

/** A workspace with the table and with the agent's: so that what a query names and main.bicep does not make is an error. */
export const workspace: Tables = { OsmInsightsMetrics_CL: columns, InsightsMetrics: { ...columns, AgentId: 'string' } }
