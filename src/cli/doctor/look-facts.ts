import { kubernetesProblems } from '../../discover/kubernetes/problems.ts'
import { asInputProblem } from '../../discover/problems.ts'
import type { Discovered, InputProblem } from '../../model/discovered.ts'
import type { Target } from '../../model/target.ts'
import { isRequestStat, wantedOfSidecar } from '../../model/wanted.ts'
import { readExposition } from '../../parse/exposition.ts'
import { parseProblems } from '../../parse/problems.ts'
import { placeText, Problem, type ProblemKind } from '../../runtime/problem.ts'
import { remedyFor, remedyOf } from '../../scrape/health.ts'
import { scrapeProblems } from '../../scrape/problems.ts'
import type { ClusterPlace } from '../cluster-place.ts'
import type { Context } from '../context.ts'
import { lookAt } from '../one-look.ts'
import { readPage } from '../page-source.ts'
import { rightToForward } from '../port-forward-right.ts'
import { pageAfter } from './collector-facts.ts'
import type { Complaint, Facts, SidecarFacts } from './facts.ts'
import { unreadOf } from './unread.ts'

/** So many tunnels at a time. */
const atOnce = 8

/**
 * What one look at a cluster tells without a collector, with the rights of whoever asks: discovery, and one page per namespace through a port-forward.
 *
 * @throws {Problem} as `lookOnce`, but for a right that is missing
 */
export async function lookFacts(place: ClusterPlace, context: Context): Promise<Facts> {
  const { title, lack } = place
  const collector = { lack: lack.reason, title, what: lack.what, remedy: lack.remedy }
  const found = await lookAt(place.api, context.signal).catch(rightIn)
  if (found instanceof Problem) return { ...nothingSeen, complaints: [asInputProblem(found)], collector }
  const sidecars = await askedOnce(place, found, context)
  const { wasmStats } = found.meshConfig ?? {}
  const seen = sidecars.filter(({ page }) => page === 'good')
  return {
    discovered: true,
    rule: found.rule,
    namespaces: found.namespaces,
    controlPlane: found.controlPlane ?? [],
    controlPlaneFaults: [],
    unread: unreadOf(found.hearings, found.namespaces),
    ...(wasmStats !== undefined && { wasmStats }),
    complaints: found.problems.map(complaintOf),
    dropped: found.dropped.map(({ namespace, pod = null, reason, remedy }) => ({ namespace, pod, reason, remedy })),
    sidecars,
    ...(seen.length > 0 && { requestStats: seen.some(({ requestStats }) => requestStats) }),
    collector,
  }
}

/** What is told where the cluster itself cannot be asked. */
export function unaskedFacts(problem: Problem): Facts {
  const collector = { lack: 'hidden', title: 'the cluster', what: problem.message, remedy: problem.kind.remedy } as const
  return { ...nothingSeen, rule: 'It is not known before the cluster answers.', complaints: [asInputProblem(problem)], collector }
}

const nothingSeen: Omit<Facts, 'complaints' | 'collector'> = {
  discovered: false,
  rule: 'It is not known without the right to read pods.',
  namespaces: [],
  controlPlane: [],
  controlPlaneFaults: [],
  unread: { kinds: [], namespaces: [] },
  dropped: [],
  sidecars: [],
}

/** The right that whoever looks lacks. Throws everything else on. */
function rightIn(error: unknown): Problem {
  if (error instanceof Problem && error.kind.code === kubernetesProblems.kubernetes_forbidden.code) return error
  throw error
}

interface Asked extends SidecarFacts {
  readonly requestStats?: boolean
}

/** The first sidecar of each namespace that runs gives its page; the others stay unasked. */
async function askedOnce(place: ClusterPlace, { targets }: Discovered, context: Context): Promise<Asked[]> {
  const sidecars = targets.filter(({ kind, terminating }) => kind === 'sidecar' && !terminating)
  const [running, waiting] = [sidecars.filter((target) => !target.waiting), sidecars.filter((target) => target.waiting)]
  const firsts = [...Map.groupBy(running, ({ pod }) => pod?.namespace).values()].flatMap(([first]) => first ?? [])
  const asked = new Map<string, Asked>(
    waiting.map((target) => [target.id, { ...named(target), page: 'silent', series: 0, problem: noAnswer(target) }]),
  )
  for (let from = 0; from < firsts.length; from += atOnce)
    await Promise.all(firsts.slice(from, from + atOnce).map(async (target) => asked.set(target.id, await ask(place, target, context))))
  return sidecars.map((target) => asked.get(target.id) ?? { ...named(target), page: 'unasked', series: 0 })
}

const named = ({ pod, id }: Target) => ({ namespace: pod?.namespace ?? '', pod: pod?.name ?? id })

async function ask({ api }: ClusterPlace, target: Target, context: Context): Promise<Asked> {
  const { url } = target
  const forwarding = await api.forward({ ...forwarded(target), port: Number(url.port || 80) })
  try {
    const body = await readPage(`${forwarding.url}${url.pathname}`, context)
    return { ...named(target), ...read(body, target) }
  } catch (error) {
    if (!(error instanceof Problem)) throw error
    const refused = forwarding.refused()
    if (refused !== undefined) return { ...named(target), page: 'unasked', series: 0, problem: closedTo(refused, target) }
    const page = pageAfter(error.kind.code)
    return {
      ...named(target),
      page,
      series: 0,
      problem: page === 'silent' ? noAnswer(target) : complaint(error.kind, error.message, target),
    }
  } finally {
    await forwarding.close()
  }
}

const forwarded = (target: Target) => ({ namespace: target.pod?.namespace ?? '', name: target.pod?.name ?? '' })

/** What a collector would make of a page. */
function read(body: Buffer, target: Target): Pick<Asked, 'page' | 'series' | 'problem' | 'requestStats'> {
  const samples = readExposition(body)
  const { takes, live } = wantedOfSidecar(target.dialect, { requestStats: true })
  const wanted = samples.filter(({ name }) => takes(name))
  if (!samples.some(({ name }) => name === live))
    return { page: 'bad', series: wanted.length, problem: complaint(parseProblems.unknown_dialect, `The page has no ${live}.`, target) }
  return { page: 'good', series: wanted.length, requestStats: wanted.some(({ name }) => isRequestStat(name)) }
}

/** The API server takes the connection in the pod's stead: what the pod does with it is told by silence alone. */
function noAnswer(target: Target): Complaint {
  const { waiting, url } = target
  const why = waiting === undefined ? `Nothing answers on port ${url.port || '80'} of the pod.` : `The sidecar does not run: ${waiting}.`
  return complaint(scrapeProblems.connection_refused, why, target)
}

function closedTo(refused: string, target: Target): Complaint {
  const message = `The API server opens no port-forward to the pod: ${refused}.`
  const remedy =
    rightToForward(refused, forwarded(target).namespace) ??
    remedyFor('See what it says: kubectl port-forward pod/<pod> -n <namespace> <port>', target)
  return { code: 'port_forward_refused', message, remedy }
}

const complaint = (kind: ProblemKind, message: string, target: Target): Complaint => ({
  code: kind.code,
  message,
  remedy: remedyOf(kind, target),
})

function complaintOf({ code, message, remedy, file, line }: InputProblem): Complaint {
  const place = placeText({ ...(file !== undefined && { file }), ...(line !== undefined && { line }) })
  return { code, message, remedy, ...(place && { place }) }
}
