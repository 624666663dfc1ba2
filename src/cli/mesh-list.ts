import type { ClusterApi } from '../discover/kubernetes/cluster-api.ts'
import { Problem } from '../runtime/problem.ts'
import { clusterOptions, openCluster } from './cluster.ts'
import { columnLines } from './columns.ts'
import { command } from './command.ts'
import { type Context, exitCodes } from './context.ts'
import { installedMeshes, type Mesh, osmNamespaceOption } from './meshes.ts'
import { type MeshNamespace, meshNamespaces } from './mesh-namespaces.ts'
import { type ClusterChoice, forCluster } from './named-cluster.ts'
import { outputOption } from './options.ts'
import { remark, remarkError } from './remarks.ts'
import { smiVersions } from './smi-versions.ts'
import { shownRaw } from './terminal.ts'

/** What is known of a mesh; `null` for what could not be found out. */
interface Entry {
  readonly mesh: string
  readonly namespace: string
  readonly version: string | null
  readonly addedNamespaces: readonly string[] | null
  /** `v1alpha4` by API. */
  readonly smi: Readonly<Record<string, string>> | null
}

export const meshListCommand = command({
  name: 'mesh list',
  summary: 'List the meshes that are installed in a cluster.',
  options: { osmNamespace: osmNamespaceOption, output: outputOption(['table', 'json']), ...clusterOptions },
  notes: `What it prints:
  As "osm mesh list": each control plane, found by the Deployment of its
  controller, its version and the namespaces that are labelled for it; then the
  SMI versions that it supports, which are asked of the controller through a
  port-forward. What cannot be found out is "Unknown", and why is on standard
  error.

Examples:
  $ mesh-telemetry mesh list
  $ mesh-telemetry mesh list --osm-namespace arc-osm-system
  $ mesh-telemetry mesh list -o json | jq '.[].addedNamespaces'`,
  async run({ osmNamespace, output, ...choice }, context) {
    const { stdout, signal } = context
    const api = await openCluster(choice)
    try {
      const meshes = await installedMeshes(api, { osmNamespace, signal })
      const namespaces = meshes.length === 0 ? [] : await namespacesOrNone(api, context)
      const entries: Entry[] = []
      for (const mesh of meshes) entries.push(await entryOf(api, mesh, namespaces, context))
      stdout.write(
        output === 'json' ? shownRaw(stdout, `${JSON.stringify(entries, undefined, 2)}\n`) : listText(entries, meshes, context.cluster),
      )
      return namespaces ? exitCodes.fine : exitCodes.problems
    } finally {
      await api.close()
    }
  },
})

/** Who may see control planes may not see all namespaces: then the meshes are worth showing without. */
async function namespacesOrNone(api: ClusterApi, context: Context): Promise<readonly MeshNamespace[] | undefined> {
  try {
    return await meshNamespaces(api, context.signal)
  } catch (error) {
    if (!(error instanceof Problem)) throw error
    remarkError(context, error)
    return undefined
  }
}

async function entryOf(api: ClusterApi, mesh: Mesh, namespaces: readonly MeshNamespace[] | undefined, context: Context): Promise<Entry> {
  const { name, namespace, version = null, dialect } = mesh
  const added = namespaces?.filter((one) => one.mesh === name && one.dialect.keyPrefix === dialect.keyPrefix).map((one) => one.name) ?? null
  const smi = await smiVersions(api, mesh, context.signal).catch((error: unknown) => {
    if (context.signal.aborted) throw error
    const reason = error instanceof Error ? error.message : String(error)
    remark(context, 'note', `which SMI versions the mesh [${name}] in namespace [${namespace}] supports could not be asked: ${reason}`)
    return null
  })
  return { mesh: name, namespace, version, addedNamespaces: added, smi }
}

/** As osm sets it, the empty lines too. Source: openservicemesh/osm cmd/cli/{mesh_list,util}.go. */
function listText(entries: readonly Entry[], meshes: readonly Mesh[], cluster: ClusterChoice | undefined): string {
  if (entries.length === 0) return 'No osm mesh control planes found\n'
  const planes = entries.map(({ mesh, namespace, version, addedNamespaces }) => [
    mesh,
    namespace,
    version ?? 'Unknown',
    addedNamespaces?.join(',') ?? 'Unknown',
  ])
  const supported = entries.map(({ mesh, namespace, smi }) => [mesh, namespace, smi ? smiText(smi) : 'Unknown'])
  const tools = [...new Set(meshes.map(({ dialect }) => dialect.controlPlane))]
  const hints = tools.map(
    (tool) =>
      `To list the ${tool.toUpperCase()} controller pods for a mesh, please run the following command passing in the mesh's namespace\n` +
      forCluster(`\tkubectl get pods -n <${tool}-mesh-namespace> -l app=${tool}-controller`, cluster),
  )
  return `\n${[
    columnLines([['MESH NAME', 'MESH NAMESPACE', 'VERSION', 'ADDED NAMESPACES'], ...planes]).join('\n'),
    columnLines([['MESH NAME', 'MESH NAMESPACE', 'SMI SUPPORTED'], ...supported]).join('\n'),
    ...hints,
  ].join('\n\n')}\n`
}

const smiText = (smi: Readonly<Record<string, string>>) =>
  Object.entries(smi)
    .map(([api, version]) => `${api}:${version}`)
    .sort()
    .join(',')
