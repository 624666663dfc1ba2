import type { InputProblem } from '../../model/discovered.ts'
import { type Place, placeText } from '../../runtime/problem.ts'
import type { Look } from '../files/followed-files.ts'
import type { Objects } from '../objects.ts'
import { discoverProblems, inputProblem } from '../problems.ts'
import type { Manifest } from './reader.ts'

/** What all files say together. An object that stands in them twice, by its name or its UID, counts where it stands first. */
export function objectsOf({ values, complete, problems }: Look<Manifest>): Objects {
  const namespaces = once(
    'Namespace',
    values.flatMap((manifest) => manifest.namespaces),
  )
  const pods = once(
    'Pod',
    values.flatMap((manifest) => manifest.pods),
  )
  const configMaps = once(
    'ConfigMap',
    values.flatMap((manifest) => manifest.configMaps),
  )
  const nodes = once(
    'Node',
    values.flatMap((manifest) => manifest.nodes),
  )
  return {
    namespaces: namespaces.kept,
    pods: pods.kept,
    configMaps: configMaps.kept,
    nodes: nodes.kept.map(({ place: _place, ...node }) => node),
    complete: () => complete,
    problems: [...problems, ...namespaces.repeated, ...pods.repeated, ...configMaps.repeated, ...nodes.repeated],
  }
}

interface Written {
  readonly name: string
  readonly namespace?: string
  readonly uid?: string
  readonly place?: Place
}

function once<T extends Written>(
  kind: string,
  all: readonly T[],
): { readonly kept: readonly T[]; readonly repeated: readonly InputProblem[] } {
  const seen = new Map<string, T>()
  const kept: T[] = []
  const repeated: InputProblem[] = []
  for (const object of all) {
    const name = [object.namespace, object.name].filter((part) => part !== undefined).join('/')
    const keys = [`name ${name}`, ...(object.uid === undefined ? [] : [`UID ${object.uid}`])]
    const taken = keys.find((key) => seen.has(key))
    if (taken === undefined) {
      for (const key of keys) seen.set(key, object)
      kept.push(object)
    } else {
      const first = seen.get(taken)?.place
      const message = `The ${kind} ${name} is left out: another one with the ${taken} stands in ${placeText(first ?? {})}.`
      repeated.push(inputProblem(discoverProblems.object_repeated, message, object.place))
    }
  }
  return { kept, repeated }
}
