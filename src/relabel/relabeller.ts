import type { Names, TargetLabels } from '../model/mesh-series.ts'
import type { Shape } from '../model/series.ts'
import type { PodIdentity, Target } from '../model/target.ts'

/**
 * Turns a sidecar's names into the mesh's: what OSM's own Prometheus jobs would have made of the same pod, once per shape, never per sample.
 *
 * Contract: `names` returns the same object until it would say something else (another shape, or a name that can be restored now), so it costs a
 * look-up per scrape. `know` takes all pods each time and remembers those that left, bounded.
 */
export interface Relabeller {
  know(pods: readonly PodIdentity[]): void
  /** Writes down all pods whose names it knows, for `recall` of the next run. Opaque to everyone else. */
  written(): string
  /** Takes back what the last run wrote down, as pods that left. Called before anything else. */
  recall(written: string): void
  names(target: Target, shape: Shape): Names
  labels(target: Target): TargetLabels
  forget(id: Target['id']): void
}
