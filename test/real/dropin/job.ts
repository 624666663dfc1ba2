/** Prometheus takes `track_timestamps_staleness` from here on, and older ones refuse a configuration that names it. */
const tracksFrom = [2, 48] as const

export function tracksStaleness(version: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number)
  return major > tracksFrom[0] || (major === tracksFrom[0] && minor >= tracksFrom[1])
}

/** A Prometheus whose only mesh job is the one that our docs tell. */
export function onlyJob(url: string, version: string): object {
  const job = {
    job_name: 'mesh-osm',
    honor_labels: true,
    ...(tracksStaleness(version) && { track_timestamps_staleness: true }),
    metrics_path: '/metrics/osm',
    scrape_interval: '1s',
    scrape_timeout: '1s',
    static_configs: [{ targets: [new URL(url).host] }],
  }
  return { scrape_configs: [job] }
}
