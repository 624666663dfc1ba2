import type { Notice } from '../../model/pace.ts'
import { placeText, Problem, type ProblemKind } from '../../runtime/problem.ts'
import { shellWord } from '../../runtime/shell.ts'
import { requirePage } from '../answer.ts'
import type { Head } from '../head.ts'
import { scrapeProblems } from '../problems.ts'
import { kubeletProblems as kinds } from './problems.ts'

/** Through whom a node is asked. */
export type Way = 'kubelet' | 'apiserver'

/** @throws {Problem} for an answer that is no page: here it matters who refuses whom */
export const requireNodePage = (way: Way) => (head: Head) => {
  const said = `The answer has the status ${head.status}.`
  if (head.status === 401) throw new Problem(kinds.kubelet_unauthorized, said)
  if (head.status === 403) throw new Problem(way === 'kubelet' ? kinds.kubelet_forbidden : kinds.node_proxy_forbidden, said)
  requirePage(head)
}

/** What a connection's problems mean where a node is asked: their remedies are about sidecars. */
const meant = new Map<ProblemKind, ProblemKind>([
  [scrapeProblems.tls_failed, kinds.kubelet_untrusted],
  [scrapeProblems.address_refused, kinds.kubelet_no_address],
  ...[
    scrapeProblems.scrape_timeout,
    scrapeProblems.connection_refused,
    scrapeProblems.host_unreachable,
    scrapeProblems.connection_reset,
    scrapeProblems.connection_failed,
    scrapeProblems.name_not_found,
  ].map((kind) => [kind, kinds.kubelet_unreachable] as const),
])
const own = new Set<ProblemKind>(Object.values(kinds))

/** What went wrong with a node, ready to show. */
export function troubleWith(node: { readonly name: string; readonly kubeletPort: number }, error: unknown): Notice {
  const problem = error instanceof Problem ? error : undefined
  const kind = kindOf(problem)
  const place = placeText(problem?.place ?? {})
  const said = error instanceof Error ? error.message : String(error)
  const remedy = kind.remedy.replaceAll('<node>', () => shellWord(node.name)).replaceAll('<port>', String(node.kubeletPort))
  return { code: kind.code, message: place === '' ? said : `${said} (at ${place})`, remedy }
}

function kindOf(problem: Problem | undefined): ProblemKind {
  if (!problem) return kinds.kubelet_unusable
  return own.has(problem.kind) ? problem.kind : (meant.get(problem.kind) ?? kinds.kubelet_unusable)
}
