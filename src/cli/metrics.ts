import type { ClusterApi } from '../discover/kubernetes/cluster-api.ts'
import { kubernetesProblems } from '../discover/kubernetes/problems.ts'
import { Problem } from '../runtime/problem.ts'
import { clusterOptions, openCluster } from './cluster.ts'
import { type Command, command, type Option, type Values } from './command.ts'
import { type Context, type ExitCode, exitCodes } from './context.ts'
import { counted } from './figure-text.ts'
import { installedMeshes, osmNamespaceOption } from './meshes.ts'
import { listedIn, remarkOnConfigMap, switchConfigMap } from './metrics-configmap.ts'
import { type Switched, switchNamespace, type SwitchRequest } from './metrics-switch.ts'
import { annotationLines, podNames } from './metrics-text.ts'
import { configMapOption } from './monitored-configmap.ts'
import { namespacesIn } from './namespace-names.ts'
import { cliProblems, exitCodeOf } from './problems.ts'
import { remark, remarkError } from './remarks.ts'
import { printable } from './terminal.ts'

const options = {
  namespace: {
    flags: '--namespace <a,b>',
    help: 'the namespaces; may stand several times',
    required: true,
    repeatable: true,
    parse: namespacesIn,
  } as Option<readonly string[]>,
  configmap: configMapOption,
  dryRun: { flags: '--dry-run', help: 'print what would change; the server checks it and keeps nothing' } as Option<boolean | undefined>,
  meshName: { flags: '--mesh-name <name>', help: 'refuse namespaces of other meshes' } as Option<string | undefined>,
  osmNamespace: osmNamespaceOption,
  ...clusterOptions,
} as const

type Args = Values<typeof options> & { readonly on: boolean }

export const metricsEnableCommand = switchCommand(true, {
  name: 'metrics enable',
  summary: 'Enable metrics in namespaces of a mesh, for the pods that run and for those to come.',
  notes: `What it does:
  Writes the annotation openservicemesh.io/metrics (flomesh.io/metrics with FSM)
  on each namespace, and prometheus.io/scrape, port and path on its pods that
  have a sidecar already, as "osm metrics enable" does; only what differs. The
  namespace must be in a mesh that is installed. What an application itself had
  there is kept in the annotation mesh-telemetry/own-prometheus. Where a
  ConfigMap names the namespaces, add --configmap: the rest of its text and its
  comments stay as they are.

What it prints:
  One line per namespace that is enabled. All that goes wrong, in whichever
  namespace, is on standard error, and the exit code then is 1.

Examples:
  $ mesh-telemetry metrics enable --namespace bookstore,bookbuyer
  $ mesh-telemetry metrics enable --namespace bookstore --configmap --dry-run`,
})

export const metricsDisableCommand = switchCommand(false, {
  name: 'metrics disable',
  summary: 'Disable metrics in namespaces of a mesh, and on the pods that run there.',
  notes: `What it does:
  Takes back what "metrics enable" or the mesh's injector wrote on each
  namespace and its pods. What an application itself says under prometheus.io
  stays, or is put back where "metrics enable" had kept it. With --configmap,
  the names are taken out of the ConfigMap too, also those of namespaces that
  are gone or have left the mesh.

What it prints:
  One line per namespace that is disabled. All that goes wrong, in whichever
  namespace, is on standard error, and the exit code then is 1.

Examples:
  $ mesh-telemetry metrics disable --namespace bookstore
  $ mesh-telemetry metrics disable --namespace bookstore --configmap`,
})

function switchCommand(on: boolean, words: Pick<Command, 'name' | 'summary' | 'notes'>): Command {
  return command({
    ...words,
    options,
    async run(args, context) {
      const api = await openCluster(args)
      try {
        return await switchAll(api, { ...args, on }, context)
      } finally {
        await api.close()
      }
    },
  })
}

async function switchAll(api: ClusterApi, args: Args, context: Context): Promise<ExitCode> {
  const { signal } = context
  const meshes = await installedMeshes(api, { ...args, signal })
  const request = { ...args, meshes, dryRun: args.dryRun ?? false, signal }
  const wanted = [...new Set(args.namespace)]
  const leaving = args.on || !args.configmap ? [] : await listedIn(api, args.configmap)
  const done: string[] = []
  for (const name of wanted) {
    const work = switchOne(api, name, request, context)
    if (await isFine(leaving.includes(name) ? orGone(work, name, context) : work, context)) done.push(name)
  }
  const listed = done.length === 0 || (await isFine(switchList(api, done, request, context), context))
  return listed && done.length === wanted.length ? exitCodes.fine : exitCodes.problems
}

/** Whether it went well; says what did not, so that others have their turn. What would meet them too is thrown on. */
async function isFine(work: Promise<boolean>, context: Context): Promise<boolean> {
  try {
    return await work
  } catch (error) {
    if (!(error instanceof Problem) || exitCodeOf(error.kind) !== exitCodes.problems) throw error
    remarkError(context, error)
    return false
  }
}

const nothingLeft: Readonly<Record<string, string>> = {
  [kubernetesProblems.kubernetes_not_found.code]: 'there is none',
  [cliProblems.namespace_not_meshed.code]: 'it belongs to no mesh',
}

/** Where there is nothing left to switch, a name can still be taken out of the list. */
async function orGone(work: Promise<boolean>, name: string, context: Context): Promise<boolean> {
  try {
    return await work
  } catch (error) {
    const why = error instanceof Problem ? nothingLeft[error.kind.code] : undefined
    if (why === undefined) throw error
    remark(context, 'note', `namespace [${name}]: ${why}, so that nothing was to be switched; its name goes from the ConfigMap`)
    return true
  }
}

async function switchOne(api: ClusterApi, name: string, request: SwitchRequest, context: Context): Promise<boolean> {
  const { on, dryRun } = request
  const switched = await switchNamespace(api, name, request)
  const { changes, errors } = switched
  const [verb, end] = dryRun ? ['would be', ' (dry run)'] : ['successfully', '']
  const sentence = `Metrics ${verb} ${on ? 'enabled' : 'disabled'} in namespace [${name}]${end}`
  const lines = [...(dryRun ? changes.flatMap(annotationLines) : []), ...(errors.length === 0 ? [sentence] : [])]
  context.stdout.write(lines.map((line) => `${printable(line)}\n`).join(''))
  remarkOnPods(name, switched, context)
  return errors.length === 0
}

/** Errors that are said in full; the others are mostly the same. */
const shownErrors = 3

function remarkOnPods(name: string, { changes, notes, errors }: Switched, context: Context): void {
  for (const [note, pods] of notes) remark(context, 'note', `namespace [${name}], ${podNames(pods)}: ${note}`)
  for (const error of errors.slice(0, shownErrors)) remarkError(context, error)
  if (errors.length > shownErrors)
    remark(context, 'error', `namespace [${name}]: ${counted(errors.length - shownErrors, 'more pod')} could not be written`)
  if (changes.length === 0 && errors.length === 0) remark(context, 'note', `namespace [${name}]: nothing had to be changed`)
}

/** The ConfigMap, where it was asked for; a word about it where it was not. */
async function switchList(
  api: ClusterApi,
  names: readonly string[],
  request: SwitchRequest & Pick<Args, 'configmap'>,
  context: Context,
): Promise<boolean> {
  if (request.configmap) await switchConfigMap(api, { ...request, id: request.configmap, names }, context)
  else await remarkOnConfigMap(api, { ...request, names }, context)
  return true
}
