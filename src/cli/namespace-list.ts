import { switchOf } from '../discover/keys.ts'
import { clusterOptions, openCluster } from './cluster.ts'
import { columnLines } from './columns.ts'
import { command, type Option } from './command.ts'
import { exitCodes } from './context.ts'
import { type MeshNamespace, meshNamespaces } from './mesh-namespaces.ts'
import { outputOption } from './options.ts'
import { printable, shownRaw } from './terminal.ts'

export const namespaceListCommand = command({
  name: 'namespace list',
  summary: 'List the namespaces that are in a mesh.',
  options: {
    meshName: { flags: '--mesh-name <name>', help: 'only those of this mesh' } as Option<string | undefined>,
    output: outputOption(['table', 'json']),
    ...clusterOptions,
  },
  notes: `What it prints:
  As "osm namespace list": the namespaces that carry the label of a mesh, and
  whether new pods get a sidecar there: what the annotation says, a dash without
  it, "disabled (ignored)" where every mesh is to ignore the namespace. "json"
  tells also whether metrics are enabled.

Examples:
  $ mesh-telemetry namespace list
  $ mesh-telemetry namespace list --mesh-name osm -o json | jq '.[].namespace'`,
  async run({ meshName, output, ...choice }, { stdout, signal }) {
    const api = await openCluster(choice)
    try {
      const found = (await meshNamespaces(api, signal)).filter(({ mesh }) => meshName === undefined || mesh === meshName)
      const json = () => shownRaw(stdout, `${JSON.stringify(found.map(entryOf), undefined, 2)}\n`)
      stdout.write(output === 'json' ? json() : `${tableOf(found, meshName).join('\n')}\n`)
      return exitCodes.fine
    } finally {
      await api.close()
    }
  },
})

function tableOf(found: readonly MeshNamespace[], meshName: string | undefined): string[] {
  if (found.length === 0) return [meshName === undefined ? 'No namespaces in any mesh' : `No namespaces in mesh [${printable(meshName)}]`]
  const rows = found.map((namespace) => {
    const { name, mesh, sidecarInjection, ignored } = { ...namespace, ...entryOf(namespace) }
    return [name, mesh, ignored ? 'disabled (ignored)' : (sidecarInjection ?? '-')]
  })
  return columnLines([['NAMESPACE', 'MESH', 'SIDECAR-INJECTION'], ...rows])
}

/** The injector passes by whatever has the label, whatever its value. */
function entryOf({ name, mesh, labels, annotations, dialect: { keyPrefix } }: MeshNamespace) {
  return {
    namespace: name,
    mesh,
    sidecarInjection: annotations[`${keyPrefix}/sidecar-injection`] ?? null,
    ignored: `${keyPrefix}/ignore` in labels,
    metrics: switchOf(annotations, 'metrics', 'auto') === true,
  }
}
