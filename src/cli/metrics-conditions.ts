import { isIgnored } from '../discover/keys.ts'
import type { Namespace } from '../discover/objects.ts'
import { type Dialect, dialects } from '../model/dialect.ts'
import { Problem, type ProblemKind } from '../runtime/problem.ts'
import { shellWord } from '../runtime/shell.ts'
import { type Mesh, membershipOf } from './meshes.ts'
import { cliProblems } from './problems.ts'

interface Circumstances {
  readonly on: boolean
  readonly meshes: readonly Mesh[]
  /** The mesh that the namespace must be of, where one was said. */
  readonly meshName: string | undefined
}

/**
 * Holds a namespace to the conditions that `osm metrics` sets, and to one more: what every mesh ignores gets no metrics.
 * Source: openservicemesh/osm cmd/cli/metrics.go.
 *
 * @returns the dialect of its mesh
 * @throws {Problem} with a remedy for this namespace
 */
export function dialectToSwitch(namespace: Namespace, circumstances: Circumstances): Dialect {
  const { on, meshes, meshName } = circumstances
  const { name, labels } = namespace
  const joinable = meshToJoin(circumstances)
  const { mesh, dialect } = membershipOf(labels) ?? { mesh: undefined, dialect: joinable?.dialect ?? dialects.osm }
  const { keyPrefix, controlPlane: tool } = dialect
  const label = `${keyPrefix}/monitored-by`
  if (!mesh) {
    const lacks = mesh === undefined ? `it lacks the label ${label}` : `its label ${label} is empty`
    const flag = joinable === undefined || joinable.name === tool ? '' : ` --mesh-name ${shellWord(joinable.name)}`
    throw refused(
      cliProblems.namespace_not_meshed,
      `Namespace [${name}] does not belong to a mesh: ${lacks}.`,
      `Put it into a mesh: ${tool} namespace add ${shellWord(name)}${flag}, or leave it out.`,
    )
  }
  if (on && isIgnored(namespace, 'auto')) {
    const written = labels[`${keyPrefix}/ignore`] === undefined ? 'annotate' : 'label'
    const remedy = `Let it in again: kubectl ${written} namespace ${shellWord(name)} ${keyPrefix}/ignore-`
    throw refused(cliProblems.namespace_kept_out, `Namespace [${name}] is to be ignored by every mesh.`, remedy)
  }
  const installed = new Set(meshes.filter((one) => one.dialect.controlPlane === tool).map((one) => one.name))
  if (!installed.has(mesh)) {
    const [only = 'MESH', ...others] = installed
    const there = installed.size === 0 ? 'there is none' : `there is ${[...installed].join(', ')}`
    const value = others.length === 0 ? only : 'MESH'
    const remedy = `Name one that mesh-telemetry mesh list shows: kubectl label namespace ${shellWord(name)} --overwrite ${label}=${shellWord(value)}`
    throw refused(
      cliProblems.mesh_not_installed,
      `Namespace [${name}] belongs to the mesh [${mesh}], which is not installed: ${there}.`,
      remedy,
    )
  }
  if (meshName !== undefined && mesh !== meshName) {
    const message = `Namespace [${name}] belongs to the mesh [${mesh}], not to [${meshName}].`
    throw refused(cliProblems.namespace_of_other_mesh, message, `Leave it out, or name its mesh: --mesh-name ${shellWord(mesh)}`)
  }
  return dialect
}

/** The one mesh that a namespace can join; `undefined` where there are several to choose from. */
function meshToJoin({ meshes, meshName }: Circumstances): Mesh | undefined {
  const possible = meshes.filter(({ name }) => meshName === undefined || name === meshName)
  return possible.length === 1 ? possible[0] : undefined
}

const refused = (kind: ProblemKind, message: string, remedy: string) => new Problem({ ...kind, remedy }, message)
