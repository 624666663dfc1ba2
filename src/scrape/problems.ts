import type { ProblemKind } from '../runtime/problem.ts'

/**
 * Why a target could not be read. `<pod>`, `<namespace>`, `<container>`, `<port>` and `<url>` in a remedy are filled in where the target is known.
 */
export const scrapeProblems = {
  scrape_timeout: {
    code: 'scrape_timeout',
    meaning: 'The target did not deliver its page before the deadline.',
    remedy:
      'See first whether the sidecar is short of CPU: kubectl top pod <pod> -n <namespace> --containers. Then how long its page takes: time curl -s -o /dev/null <url>. If it only takes its time, set scrape.timeout to more than that, scrape.interval at least as high (8s and 10s unless configured), and restart the collector.',
    retryable: true,
  },
  connection_refused: {
    code: 'connection_refused',
    meaning: "Nothing listens on the target's port.",
    remedy:
      'The sidecar listens on 15010 only while the annotation prometheus.io/scrape of its pod is "true" and the sidecar runs: kubectl get pod <pod> -n <namespace> -o yaml, kubectl logs <pod> -n <namespace> -c <container>.',
    retryable: true,
  },
  host_unreachable: {
    code: 'host_unreachable',
    meaning: "There is no way to the target's address.",
    remedy:
      'See where the pod runs and whether a NetworkPolicy keeps the collector out: kubectl get pod <pod> -n <namespace> -o wide, kubectl get networkpolicy -n <namespace>.',
    retryable: true,
  },
  connection_reset: {
    code: 'connection_reset',
    meaning: 'The target broke the connection off.',
    remedy:
      'See whether the sidecar restarts, or expects mutual TLS on this port: kubectl get pod <pod> -n <namespace>, kubectl logs <pod> -n <namespace> -c <container>.',
    retryable: true,
  },
  connection_failed: {
    code: 'connection_failed',
    meaning: 'The connection failed for a reason that the message names.',
    remedy: 'See whether it answers at all: curl -sv <url>. If so, look at what lies between it and the collector.',
    retryable: true,
  },
  name_not_found: {
    code: 'name_not_found',
    meaning: "The target's host name has no address.",
    remedy: 'Check the name in the file_sd file, and resolve it where the collector runs: getent hosts <host>.',
    retryable: true,
  },
  address_refused: {
    code: 'address_refused',
    meaning:
      'The address is one that no sidecar has (loopback, link-local, metadata, unspecified, multicast, broadcast), so it is never asked.',
    remedy: 'Name the address of a pod. Only for the demo and tests on one machine: scrape.allowLoopback: true.',
    retryable: false,
  },
  tls_failed: {
    code: 'tls_failed',
    meaning: 'The TLS handshake failed: mostly a certificate that the system does not trust, or one for another name.',
    remedy:
      'Look at the certificate: curl -sv <url>. Add its authority to the system, or name the file in NODE_EXTRA_CA_CERTS, and restart the collector.',
    retryable: true,
  },
  no_answer: {
    code: 'no_answer',
    meaning: 'The target closed the connection without a word.',
    remedy: 'See whether the port is the one of the metrics listener and speaks plain HTTP: curl -sv <url>.',
    retryable: true,
  },
  cut_short: {
    code: 'cut_short',
    meaning: 'The connection ended in the middle of the answer; nothing of it was used.',
    remedy:
      'See whether the sidecar restarts: kubectl get pod <pod> -n <namespace>, kubectl logs <pod> -n <namespace> -c <container> --previous.',
    retryable: true,
  },
  not_http: {
    code: 'not_http',
    meaning: 'What answers does not speak HTTP/1.1.',
    remedy: 'Check the port (annotation prometheus.io/port), and whether it expects TLS: curl -sv <url>.',
    retryable: true,
  },
  bad_framing: {
    code: 'bad_framing',
    meaning: 'The answer contradicts itself about where it ends: lengths that conflict, or broken chunks.',
    remedy: 'See what stands between the collector and the sidecar: curl -sv <url>.',
    retryable: true,
  },
  head_too_large: {
    code: 'head_too_large',
    meaning: "The answer's head, or what accompanies its chunks, is larger than 16 KiB.",
    remedy: 'Check that the port is the one of the metrics listener (annotation prometheus.io/port): curl -sv <url>.',
    retryable: true,
  },
  page_too_large: {
    code: 'page_too_large',
    meaning: 'The page is larger than scrape.bodyLimit; reading stopped there.',
    remedy: 'Raise scrape.bodyLimit, or leave scrape.filter at auto, so that only what is wanted is asked for.',
    retryable: true,
  },
  redirected: {
    code: 'redirected',
    meaning: 'The target answered with a redirect. None is followed: it could lead anywhere.',
    remedy:
      'Set port and path to where the page is: annotations prometheus.io/port and prometheus.io/path (sidecars: 15010 and /stats/prometheus).',
    retryable: true,
  },
  status_4xx: {
    code: 'status_4xx',
    meaning: 'The target refused the request, mostly because it does not know the path.',
    remedy:
      'Check the annotation prometheus.io/path (sidecars: /stats/prometheus): kubectl get pod <pod> -n <namespace> -o yaml; try it: curl -sv <url>.',
    retryable: true,
  },
  status_5xx: {
    code: 'status_5xx',
    meaning: 'The target answered that it failed.',
    remedy: "Read the sidecar's log: kubectl logs <pod> -n <namespace> -c <container>.",
    retryable: true,
  },
  unexpected_status: {
    code: 'unexpected_status',
    meaning: 'The target answered with a status that no page comes with.',
    remedy: 'See what answers there: curl -sv <url>.',
    retryable: true,
  },
  wrong_content_type: {
    code: 'wrong_content_type',
    meaning: 'The answer is no Prometheus text page.',
    remedy:
      'Check port and path: annotations prometheus.io/port and prometheus.io/path (sidecars: 15010 and /stats/prometheus); see what answers: curl -sv <url>.',
    retryable: true,
  },
  encoded_page: {
    code: 'encoded_page',
    meaning: 'The page came compressed, although compression was not asked for.',
    remedy: 'Make what stands before the sidecar respect the absence of Accept-Encoding: curl -sv <url>.',
    retryable: true,
  },
  costly_page: {
    code: 'costly_page',
    meaning:
      'Taking in the page holds up all other targets for so long that this one is read more seldom: a tenth of the time is all that one may take.',
    remedy:
      'Its page names other series each time, or very many: compare two of them, mesh-telemetry scrape <url>. Narrow what the sidecar may reach with traffic policies, or lower parse.seriesLimit.',
    retryable: true,
  },
  overloaded: {
    code: 'overloaded',
    meaning: 'There is more to read than the one thread that reads has time for: every target is read more seldom, each the same.',
    remedy:
      'Give the collector a whole CPU, or a faster one. Or let it read less: a longer scrape.interval, scrape.filter: auto, scrape.requestStats: off, fewer namespaces. Or let a second collector read some of the namespaces.',
    retryable: true,
  },
  scrape_broken: {
    code: 'scrape_broken',
    meaning: 'Reading the target failed for a reason that the collector does not know: a defect of its own.',
    remedy: 'Report it with the message and the log around it.',
    retryable: true,
  },
} as const satisfies Record<string, ProblemKind>
