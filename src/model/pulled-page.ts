/**
 * A page that others fetch from us. The chunks of one rendering are of one committed state where the page shows sums, and follow with turns of the
 * event loop between them; nothing is rendered before the first chunk is asked for.
 */
export interface PulledPage {
  readonly path: `/${string}`
  readonly contentType: string
  render(): AsyncIterable<string>
  /** Told of each rendering for others than this program's own commands, before it begins; `reader` tells one from the other. */
  fetched?(reader: string): void
}

export const expositionContentType = 'text/plain; version=0.0.4; charset=utf-8'
