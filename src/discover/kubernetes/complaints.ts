import type { InputProblem } from '../../model/discovered.ts'
import { asInputProblem, discoverProblems, inputProblem } from '../problems.ts'
import type { Followed } from './followed.ts'

/**
 * What cannot be heard for now. What hinders several of them alike, as a server that is away, is one problem from the first that is lost to the last that is
 * regained; the hearings say which they are.
 */
export function lossProblems(all: readonly Followed[]): InputProblem[] {
  const lost = all.filter(({ reflector }) => reflector.isLost)
  const byKind = Map.groupBy(lost, ({ reflector }) => reflector.problem?.kind)
  return [...byKind.values()].flatMap((alike) => {
    const problem = alike[0]?.reflector.problem
    if (!problem) return []
    return [inputProblem(problem.kind, `Changes in the cluster are not heard now, and what was heard last holds: ${problem.message}`)]
  })
}

export const refusalsOf = (all: readonly Followed[]): InputProblem[] =>
  all.flatMap(({ reflector: { state, problem } }) => (state === 'refused' && problem ? [asInputProblem(problem)] : []))

/** Who reads the agent's rows and ours sees each request twice. */
export function agentProblem(agent: { readonly namespace: string; readonly name: string }, configMap: string): InputProblem {
  const message = `The DaemonSet ${agent.namespace}/${agent.name} follows the ConfigMap ${configMap}, too: Azure's agent collects the same namespaces, and its rows come beside ours.`
  return inputProblem(discoverProblems.agent_collects_too, message)
}
