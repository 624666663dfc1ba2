import type { JaegerLine } from './jaeger-build.ts'

/** Where a Jaeger listens, on loopback alone. */
export interface JaegerPorts {
  readonly zipkin: number
  readonly otlpHttp: number
  readonly otlpGrpc: number
  readonly thriftHttp: number
  readonly thriftGrpc: number
  readonly query: number
  readonly queryGrpc: number
  readonly health: number
  readonly sampling: number
}

export const portNames = [
  'zipkin',
  'otlpHttp',
  'otlpGrpc',
  'thriftHttp',
  'thriftGrpc',
  'query',
  'queryGrpc',
  'health',
  'sampling',
] as const satisfies readonly (keyof JaegerPorts)[]

/** The words of the command line, and the configuration that goes to the file of this name, if the line takes one. */
export function startWords(
  line: JaegerLine,
  ports: JaegerPorts,
  configFile: string,
): { readonly words: readonly string[]; readonly config?: object } {
  return line === 1 ? { words: flagsOfOne(ports) } : { words: ['--config', configFile], config: configOfTwo(ports) }
}

const on = (port: number) => `127.0.0.1:${port}`

function flagsOfOne(ports: JaegerPorts): string[] {
  const addresses = {
    'collector.zipkin.host-port': ports.zipkin,
    'collector.otlp.http.host-port': ports.otlpHttp,
    'collector.otlp.grpc.host-port': ports.otlpGrpc,
    'collector.http-server.host-port': ports.thriftHttp,
    'collector.grpc-server.host-port': ports.thriftGrpc,
    'query.http-server.host-port': ports.query,
    'query.grpc-server.host-port': ports.queryGrpc,
    'admin.http.host-port': ports.health,
    'http-server.host-port': ports.sampling,
    'processor.jaeger-compact.server-host-port': 0,
    'processor.jaeger-binary.server-host-port': 0,
    'processor.zipkin-compact.server-host-port': 0,
  }
  const listening = Object.entries(addresses).map(([flag, port]) => `--${flag}=${on(port)}`)
  return [...listening, '--collector.otlp.enabled=true', '--metrics-backend=none']
}

/** Its own all-in-one configuration, without what listens for the sake of looking into it. Source: jaeger v1.76 cmd/jaeger/internal/all-in-one.yaml. */
function configOfTwo(ports: JaegerPorts) {
  const http = (port: number) => ({ endpoint: on(port) })
  return {
    service: {
      extensions: ['jaeger_storage', 'jaeger_query', 'healthcheckv2'],
      pipelines: {
        traces: { receivers: ['otlp', 'jaeger', 'zipkin'], processors: ['batch'], exporters: ['jaeger_storage_exporter'] },
      },
      telemetry: { metrics: { level: 'none' }, logs: { level: 'info' } },
    },
    extensions: {
      jaeger_query: { storage: { traces: 'memory' }, http: http(ports.query), grpc: http(ports.queryGrpc) },
      jaeger_storage: { backends: { memory: { memory: { max_traces: 100_000 } } } },
      healthcheckv2: { use_v2: true, http: http(ports.health) },
    },
    receivers: {
      otlp: { protocols: { grpc: http(ports.otlpGrpc), http: http(ports.otlpHttp) } },
      jaeger: { protocols: { grpc: http(ports.thriftGrpc), thrift_http: http(ports.thriftHttp) } },
      zipkin: http(ports.zipkin),
    },
    processors: { batch: {} },
    exporters: { jaeger_storage_exporter: { trace_storage: 'memory' } },
  }
}
