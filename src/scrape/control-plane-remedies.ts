const log = 'kubectl logs <pod> -n <namespace> -c <container>'
const pod = 'kubectl get pod <pod> -n <namespace>'
const wrongPlace = 'the annotations prometheus.io/port and prometheus.io/path of its pod are wrong'

/** What mends a fault of the mesh's control plane, by code, where the usual remedy speaks of sidecars. */
export const controlPlaneRemedies: Readonly<Record<string, string>> = {
  scrape_timeout:
    'See first whether <container> is short of CPU: kubectl top pod <pod> -n <namespace> --containers. Then how long its page takes: time curl -s -o /dev/null <url>.',
  connection_refused: `<container> serves its metrics on port <port> while it runs: ${pod}, ${log}. Where it listens on another one, the annotation prometheus.io/port of its pod is wrong.`,
  connection_reset: `See whether <container> restarts: ${pod}, ${log}.`,
  cut_short: `See whether <container> restarts: ${pod}, ${log} --previous.`,
  bad_framing: 'See what stands between the collector and <container>: curl -sv <url>.',
  redirected: `See where it leads: curl -sv <url>. Where the page is elsewhere, ${wrongPlace}.`,
  status_4xx: `See what answers: curl -sv <url>. Where the page is elsewhere, ${wrongPlace}.`,
  status_5xx: `Read its log: ${log}.`,
  wrong_content_type: `See what answers: curl -sv <url>. Where the page is elsewhere, ${wrongPlace}.`,
  encoded_page: 'Make what stands before <container> respect the absence of Accept-Encoding: curl -sv <url>.',
  costly_page: 'Its page names other series each time, or very many: compare two of them, mesh-telemetry scrape <url>.',
}
