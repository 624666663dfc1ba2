import type { Shown } from '../model/cell.ts'
import type { NodeSample } from '../model/container-use.ts'
import type { PulledPage } from '../model/pulled-page.ts'
import type { Sheet } from '../model/sheet.ts'
import type { Telemetry } from '../telemetry/events.ts'
import { AzureLogs } from './azure/azure-logs.ts'
import type { Destination } from './destination.ts'
import { Files } from './files/files.ts'
import type { ForwardOptions } from './options.ts'
import { edgesPage } from './prometheus/edges.ts'
import { insightsPage, type ShownOf } from './prometheus/insights.ts'
import { osmPage } from './prometheus/osm.ts'
import { Jaeger } from './spans/jaeger.ts'
import { Otlp } from './spans/otlp.ts'
import { Zipkin } from './spans/zipkin.ts'

/** What pulled pages are made from: each is asked once per rendering, for what is committed then. */
export interface PageSources {
  readonly sheets: () => readonly Sheet[]
  readonly shown: () => Shown | undefined
  /** Told who fetches what is shown. */
  readonly fetched?: (reader: string) => void
  /** What nodes say of containers; absent where none is asked. */
  readonly containers?: () => readonly NodeSample[]
  /** What rows are made of, of one sheet as it is shown now. */
  readonly rows: ShownOf
  readonly telemetry: Telemetry
}

/** The pages that others fetch: one more destination of this kind is one more entry. */
export function pulledPages({ sheets, shown, fetched, containers = () => [], rows, telemetry }: PageSources): readonly PulledPage[] {
  return [osmPage(sheets, { telemetry, containers }), edgesPage(shown, { ...(fetched && { fetched }) }), insightsPage(sheets, rows)]
}

interface DestinationParts {
  readonly telemetry: Telemetry
  /** Where relative paths of the options start from. */
  readonly fileAt: (path: string) => string
}

/** Where the outbox is emptied to, as configured: one more destination of this kind is one more line. */
export function pushedDestinations(
  { files, azure, zipkin, otlp, jaeger }: ForwardOptions,
  parts: DestinationParts,
): readonly Destination[] {
  const { fileAt } = parts
  const withToken = <Options extends { readonly bearerTokenFile?: string | undefined }>(options: Options) =>
    options.bearerTokenFile === undefined ? options : { ...options, bearerTokenFile: fileAt(options.bearerTokenFile) }
  return [
    ...(files ? [new Files({ ...files, path: fileAt(files.path) })] : []),
    ...(azure ? [new AzureLogs(azure, parts)] : []),
    ...(zipkin ? [new Zipkin(withToken(zipkin))] : []),
    ...(otlp ? [new Otlp(withToken(otlp))] : []),
    ...(jaeger ? [new Jaeger(jaeger)] : []),
  ]
}
