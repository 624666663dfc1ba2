/** How a program of others is built: without C, which made vmagent 1.150 on one core take half of what it takes with C's zstd. */
export interface Recipe {
  /** Where it is kept; the version is that of its release. */
  readonly name: string
  readonly sources: ModuleSources | GeneratedSources
  readonly tags?: readonly string[]
}

/** A Go module at `version`, and its package that is the program. */
export interface ModuleSources {
  readonly module: string
  readonly version: string
  readonly package: string
}

/** What the OpenTelemetry Collector's builder makes of a list of components. */
export interface GeneratedSources {
  readonly builder: string
  readonly components: Readonly<Record<'receivers' | 'exporters', readonly string[]>>
}

const contrib = 'github.com/open-telemetry/opentelemetry-collector-contrib'

export const recipes = {
  vmagent: {
    name: 'vmagent-1.150.0',
    sources: { module: 'github.com/VictoriaMetrics/VictoriaMetrics', version: 'v1.150.0', package: './app/vmagent' },
  },
  prometheus: {
    name: 'prometheus-3.15.0', // releases of the program are v0.3xx.y as a module
    sources: { module: 'github.com/prometheus/prometheus', version: 'v0.315.0', package: './cmd/prometheus' },
  },
  otelCollector: {
    name: 'otel-collector-0.158.0',
    sources: {
      builder: 'go.opentelemetry.io/collector/cmd/builder@v0.158.0',
      components: {
        receivers: [`${contrib}/receiver/prometheusreceiver v0.158.0`],
        exporters: ['go.opentelemetry.io/collector/exporter/nopexporter v0.158.0'],
      },
    },
  },
  telegraf: {
    name: 'telegraf-1.39.0',
    sources: { module: 'github.com/influxdata/telegraf', version: 'v1.39.0', package: './cmd/telegraf' },
    tags: ['custom', 'inputs.prometheus', 'outputs.discard', 'parsers.prometheus'], // with all its plugins it is several times as large
  },
} as const satisfies Record<string, Recipe>
