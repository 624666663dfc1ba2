import { mkdtemp, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { freeAddress } from '../../real/collector-process.ts'
import { type Reader, startProgram } from '../readers.ts'
import { otelConfiguration, scrapeConfiguration, telegrafConfiguration } from './configurations.ts'
import type { Starting } from './contender.ts'
import { type Recipe, recipes } from './recipes.ts'

/** `folder` is its own, for configuration, data and log. */
type Setting = Pick<Starting, 'scenario' | 'sinkUrl'> & { readonly folder: string }

/** A program that does what the collector does first: read the pages and keep what is wanted of them. */
interface Peer {
  readonly title: string
  readonly recipe: Recipe
  /** Writes its configuration; resolves to the words after the executable. */
  readonly words: (setting: Setting) => Promise<readonly string[]>
}

export const peers = {
  vmagent: {
    title: 'vmagent 1.150',
    recipe: recipes.vmagent,
    async words({ scenario, folder, sinkUrl }) {
      const config = await written(folder, 'vmagent.yaml', scrapeConfiguration(scenario))
      const data = `-remoteWrite.tmpDataPath=${join(folder, 'data')}`
      return [`-promscrape.config=${config}`, `-remoteWrite.url=${sinkUrl}`, data, `-httpListenAddr=${await freeAddress()}`]
    },
  },
  prometheus: {
    title: 'Prometheus 3.15',
    recipe: recipes.prometheus,
    async words({ scenario, folder }) {
      const config = await written(folder, 'prometheus.yaml', scrapeConfiguration(scenario))
      return [`--config.file=${config}`, `--storage.tsdb.path=${join(folder, 'data')}`, `--web.listen-address=${await freeAddress()}`]
    },
  },
  'prometheus-agent': {
    title: 'Prometheus 3.15 agent',
    recipe: recipes.prometheus,
    async words({ scenario, folder, sinkUrl }) {
      const config = await written(folder, 'agent.yaml', { ...scrapeConfiguration(scenario), remote_write: [{ url: sinkUrl }] })
      const data = `--storage.agent.path=${join(folder, 'data')}`
      return ['--agent', `--config.file=${config}`, data, `--web.listen-address=${await freeAddress()}`]
    },
  },
  'otel-collector': {
    title: 'OpenTelemetry Collector 0.158',
    recipe: recipes.otelCollector,
    words: async ({ scenario, folder }) => [`--config=${await written(folder, 'collector.yaml', otelConfiguration(scenario))}`],
  },
  telegraf: {
    title: 'Telegraf 1.39',
    recipe: recipes.telegraf,
    words: async ({ scenario, folder }) => ['--config', await written(folder, 'telegraf.toml', telegrafConfiguration(scenario))],
  },
} as const satisfies Record<string, Peer>

export async function startPeer({ words }: Peer, { executable, scenario, scratch, sinkUrl }: Starting): Promise<Reader> {
  const folder = await mkdtemp(join(scratch, 'peer-'))
  return startProgram([executable, ...(await words({ scenario, folder, sinkUrl }))], folder)
}

async function written(folder: string, name: string, config: object | string): Promise<string> {
  const file = join(folder, name)
  await writeFile(file, typeof config === 'string' ? config : JSON.stringify(config, null, 1)) // JSON is YAML
  return file
}
