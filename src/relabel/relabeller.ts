import type { Names, TargetLabels } from '../model/mesh-series.ts'
import type { NoteChanges, Notes } from '../model/record.ts'
import type { Shape } from '../model/series.ts'
import type { PodIdentity, Target } from '../model/target.ts'

/**
 * Turns a sidecar's names into the mesh's: what OSM's own Prometheus jobs would have made of the same pod, once per shape, never per sample.
 *
 * Contract: `names` returns the same object until it would say something else (another shape, or a name that can be restored now), so it costs a
 * look-up per scrape. `know` takes all pods each time and remembers those that left, bounded.
 */
export interface Relabeller {
  /** @returns for `recall` of the next run: what is to be written since the last call */
  know(pods: readonly PodIdentity[]): NoteChanges
  /** Takes back what the last run wrote down, as pods that left. Called before anything else. */
  recall(notes: Notes): void
  names(target: Target, shape: Shape): Names
  labels(target: Target): TargetLabels
  forget(id: Target['id']): void
}
