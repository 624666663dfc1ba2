import type { Option } from './command.ts'
import { parseDurationMs } from '../runtime/units.ts'

/** What several commands take. */
export type Format = 'table' | 'json' | 'prometheus'

export function outputOption<Name extends Format>(formats: readonly Name[]): Option<Name> {
  return {
    flags: '-o, --output <format>',
    help: `how to print: ${formats.join(', ')}`,
    default: 'table',
    parse(text) {
      const format = formats.find((name) => name === text)
      if (!format) throw new Error(`Allowed are ${formats.join(', ')}.`)
      return format
    },
  }
}

export const configOption: Option<string | undefined> = { flags: '-c, --config <file>', help: 'the configuration, YAML' }
export const requiredConfigOption = { ...configOption, required: true } as Option<string>

/** Where a collector answers and how to be let in. */
export const serverOptions = {
  server: {
    flags: '--server <url>',
    help: 'where the collector answers; else on this machine, else in the cluster',
    parse(text: string): URL | undefined {
      const url = URL.parse(/^[a-z]+:\/\//i.test(text) ? text : `http://${text}`)
      if (!url || !/^https?:$/.test(url.protocol)) throw new Error('It is a URL such as http://127.0.0.1:9464.')
      return url
    },
  } as Option<URL | undefined>,
  tokenFile: { flags: '--token-file <file>', help: "a file with the collector's bearer token" } as Option<string | undefined>,
} as const

export const sinceOption = (help: string): Option<number | undefined> => ({
  flags: '--since <duration>',
  help,
  parse(text) {
    const ms = parseDurationMs(text)
    if (ms === undefined) throw new Error('It is a duration such as 30s, 10m or 1h.')
    return ms
  },
})

export const windowOption: Option<number> = {
  flags: '--window <duration>',
  help: 'figures over this much time, up to 1h',
  default: '5m',
  parse(text) {
    const ms = parseDurationMs(text)
    if (ms === undefined || ms < 1_000 || ms > 3_600_000) throw new Error('It is a duration from 1s to 1h, such as 30s, 5m or 1h.')
    return ms
  },
}
