import type { Shown } from '../model/cell.ts'
import type { NodeSample } from '../model/container-use.ts'
import type { PulledPage } from '../model/pulled-page.ts'
import type { Sheet } from '../model/sheet.ts'
import type { Telemetry } from '../telemetry/events.ts'
import { edgesPage } from './prometheus/edges.ts'
import { osmPage } from './prometheus/osm.ts'

/** What pulled pages are made from: each is asked once per rendering, for what is committed then. */
export interface PageSources {
  readonly sheets: () => readonly Sheet[]
  readonly shown: () => Shown | undefined
  /** What nodes say of containers; absent where none is asked. */
  readonly containers?: () => readonly NodeSample[]
  readonly telemetry: Telemetry
}

/** The pages that others fetch: one more destination of this kind is one more entry. */
export function pulledPages({ sheets, shown, containers = () => [], telemetry }: PageSources): readonly PulledPage[] {
  return [osmPage(sheets, { telemetry, containers }), edgesPage(shown)]
}
