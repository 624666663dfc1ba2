import type { InputProblem } from '../../model/discovered.ts'
import type { Problem } from '../../runtime/problem.ts'
import { durationText } from '../../runtime/units.ts'
import { asInputProblem, discoverProblems, inputProblem } from '../problems.ts'
import type { Followed } from './followed.ts'
import { longestPauseMs } from './pauses.ts'
import { missingRight } from './refusals.ts'

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
    const remedy = `${problem.kind.remedy} It is tried again, every ${durationText(longestPauseMs)} at the latest.`
    const message = `Changes in the cluster are not heard now, and what was heard last holds: ${problem.message}`
    return [inputProblem({ ...problem.kind, remedy }, message)]
  })
}

/** The rights that are missing for some of them, each once. */
export function refusalsOf(all: readonly Followed[], problemOf: (one: Followed) => Problem | undefined): InputProblem[] {
  const problems = all.filter(({ reflector }) => reflector.state === 'refused').flatMap((one) => problemOf(one) ?? [])
  return [...new Map(problems.map((problem) => [problem.message, asInputProblem(problem)])).values()]
}

const missing = /^The right to (?<verb>\w+) .*? is missing: (?<told>.*)$/

/** Where neither namespaces nor pods of the whole cluster may be read: one right, which one command grants. */
export function bothRefused({ reflector: namespaces }: Followed, { reflector: pods }: Followed): Problem | undefined {
  if (namespaces.state !== 'refused' || pods.state !== 'refused' || !pods.problem) return undefined
  const { verb = 'list', told = pods.problem.message } = missing.exec(pods.problem.message)?.groups ?? {}
  return missingRight({ verb, resource: 'namespaces,pods', group: '' }, told)
}

/** Who reads the agent's rows and ours sees each request twice. */
export function agentProblem(agent: { readonly namespace: string; readonly name: string }, configMap: string): InputProblem {
  const message = `The DaemonSet ${agent.namespace}/${agent.name} follows the ConfigMap ${configMap}, too: Azure's agent collects the same namespaces, and its rows come beside ours.`
  return inputProblem(discoverProblems.agent_collects_too, message)
}
