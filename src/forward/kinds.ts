import type { Shown } from '../model/cell.ts'
import type { PulledPage } from '../model/pulled-page.ts'
import type { Sheet } from '../model/sheet.ts'
import type { Telemetry } from '../telemetry/events.ts'
import { edgesPage } from './prometheus/edges.ts'
import { osmPage } from './prometheus/osm.ts'

/** What pulled pages are made from: each is asked once per rendering, for what is committed then. */
export interface PageSources {
  readonly sheets: () => readonly Sheet[]
  readonly shown: () => Shown | undefined
  readonly telemetry: Telemetry
}

/** The pages that others fetch: one more destination of this kind is one more entry. */
export function pulledPages({ sheets, shown, telemetry }: PageSources): readonly PulledPage[] {
  return [osmPage(sheets, { telemetry }), edgesPage(shown)]
}
