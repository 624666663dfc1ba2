import { Problem, type ProblemKind } from '../runtime/problem.ts'

const port = 'A sidecar listens on 15010, only while the annotation prometheus.io/scrape of its pod is "true"'
const forwarded = 'where kubectl port-forward leads there, see whether it still runs'

/** What helps someone who typed an address, where the collector's own remedy names a pod: here nobody knows of which pod the address is. */
const remedies: Readonly<Record<string, string>> = {
  scrape_timeout:
    'See how long it takes: time curl -s -o /dev/null <url>. This command waits 10s; a collector waits for scrape.timeout, 8s unless configured.',
  connection_refused: `Check host and port; ${forwarded}. ${port}.`,
  host_unreachable: `Check the address; pods can mostly be reached only from within their cluster: use kubectl port-forward.`,
  connection_reset: `See what the other side says: curl -sv <url>; ${forwarded}. It may expect TLS or mutual TLS on this port.`,
  name_not_found: 'Check the name: getent hosts <host>.',
  no_answer: `Check that the port is the one of the metrics listener and speaks plain HTTP: curl -sv <url>; ${forwarded}. ${port}.`,
  cut_short: `Try again: curl -sv <url>; ${forwarded}.`,
  page_too_large: 'See what answers there: curl -s <url> | head.',
  status_4xx: 'Check the path (sidecars: /stats/prometheus): curl -sv <url>.',
  status_5xx: 'See what it says: curl -sv <url>; then read the log of what answers there.',
  malformed_page:
    'Look at the named line of <url>. A proxy in between, or a port that is not the metrics port, answers with something else.',
  empty_page: 'See what is there: <url>.',
  line_too_long: 'Look at the named line of <url>. Names and labels of a mesh are far shorter.',
}

/** A problem of reading or parsing `source` (a URL, a file, or `-`), its remedy ready to type. */
export function withRemedyFor(source: string, problem: Problem): Problem {
  const { code, remedy, ...kind } = problem.kind
  const words = { url: source === '-' ? 'standard input' : source, host: URL.parse(source)?.hostname ?? source }
  const ready = Object.entries(words).reduce((text, [word, value]) => text.replaceAll(`<${word}>`, value), remedies[code] ?? remedy)
  const filled: ProblemKind = { ...kind, code, remedy: ready }
  return new Problem(filled, problem.message, { place: problem.place, cause: problem.cause })
}
