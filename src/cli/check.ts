import { existsSync } from 'node:fs'
import { access } from 'node:fs/promises'
import { resolve } from 'node:path'
import type { Config } from '../config/schema.ts'
import { Problem } from '../runtime/problem.ts'
import { durationText } from '../runtime/units.ts'
import { openCluster } from './cluster.ts'
import { command } from './command.ts'
import { openConfig } from './config-file.ts'
import { exitCodes } from './context.ts'
import { fileReasonOf } from './file-reason.ts'
import { requiredConfigOption } from './options.ts'

export const checkCommand = command({
  name: 'check',
  summary: 'Say everything that is wrong with a configuration.',
  options: { config: requiredConfigOption },
  notes: `What it prints:
  One line when all is well, and a note for each file or folder that the
  configuration names and that is not there: "run" needs it; and for each
  destination of spans where none are taken. Otherwise every problem at once,
  each with file, line and column and what to do about it, and the exit code is
  2. A kubeconfig is read, and its cluster not asked; nor are destinations.

Examples:
  $ mesh-telemetry check --config mesh.yaml
  $ mesh-telemetry check -c mesh.yaml && mesh-telemetry run -c mesh.yaml`,
  async run({ config: file }, context) {
    const { config, baseDirectory } = await openConfig(file, context)
    const { discover, scrape, http } = config
    const notes = [
      ...(await missingPaths(config, baseDirectory)),
      ...(await missingContext(config, { file, baseDirectory })),
      ...withoutSpans(config),
    ]
    const every = `asks targets from ${discover.source} every ${durationText(scrape.interval)}`
    context.stdout.write(`${file} is fine: ${every}, serves ${http.listen.host}:${http.listen.port}.\n`)
    for (const note of notes) context.stdout.write(`note: ${note}\n`)
    return exitCodes.fine
  },
})

/**
 * Whether the kubeconfig has the context, without asking its cluster. One that the configuration does not name may be another where it runs.
 *
 * @throws {Problem} `kubernetes_no_access`, of a kubeconfig that the configuration names
 */
async function missingContext(
  { discover: { source, kubernetes } }: Config,
  { file, baseDirectory }: { readonly file: string; readonly baseDirectory: string },
): Promise<readonly string[]> {
  const { context } = kubernetes
  const kubeconfig = kubernetes.kubeconfig && resolve(baseDirectory, kubernetes.kubeconfig)
  const isThere = kubeconfig === undefined ? context !== undefined : existsSync(kubeconfig)
  if (source !== 'kubernetes' || !isThere) return []
  try {
    await (await openCluster({ kubeconfig, context })).close()
    return []
  } catch (error) {
    if (!(error instanceof Problem)) throw error
    if (kubeconfig === undefined) return [`discover.kubernetes.context: ${error.message}`]
    throw new Problem(error.kind, error.message, { cause: error, place: { file } })
  }
}

/** A sentence for each destination of spans to which none will ever go. */
function withoutSpans({ traces, forward: { zipkin, otlp, jaeger } }: Config): readonly string[] {
  if (traces.listen) return []
  const named = Object.entries({ zipkin, otlp, jaeger }).filter(([, options]) => options !== undefined)
  return named.map(([name]) => `forward.${name}: traces.listen is not set, so that no span comes which could be sent.`)
}

/** A sentence for each path that the configuration names and that cannot be reached: what runs elsewhere may have it, so it is no problem yet. */
async function missingPaths({ discover, http, forward }: Config, baseDirectory: string): Promise<readonly string[]> {
  const named: readonly (readonly [option: string, path: string | undefined])[] = [
    ...(discover.source === 'kubernetes' ? [['discover.kubernetes.kubeconfig', discover.kubernetes.kubeconfig] as const] : []),
    ...(discover.source === 'manifests' ? [['discover.manifests.path', discover.manifests.path] as const] : []),
    ...(discover.source === 'file_sd' ? discover.file_sd.paths.map((path) => ['discover.file_sd.paths', path] as const) : []),
    ['http.tls.cert', http.tls?.cert],
    ['http.tls.key', http.tls?.key],
    ['http.bearerTokenFile', http.bearerTokenFile],
    ['forward.azure.clientSecretFile', forward.azure?.clientSecretFile],
    ['forward.zipkin.bearerTokenFile', forward.zipkin?.bearerTokenFile],
    ['forward.otlp.bearerTokenFile', forward.otlp?.bearerTokenFile],
  ]
  const notes = named.map(async ([option, path]) => {
    if (path === undefined) return []
    const place = resolve(baseDirectory, path)
    return await access(place).then(
      () => [],
      (error: unknown) => [`${option}: ${place}: ${fileReasonOf(error)}.`],
    )
  })
  return (await Promise.all(notes)).flat()
}
