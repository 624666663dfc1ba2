import type { Names, TargetLabels } from '../model/mesh-series.ts'
import type { Shape } from '../model/series.ts'
import type { Target } from '../model/target.ts'
import { KnownNames } from './known-names.ts'
import { noteChanges, podsIn } from './notes.ts'
import type { RelabelOptions } from './options.ts'
import { PageNames } from './page-names.ts'
import type { Relabeller } from './relabeller.ts'
import { targetLabelsOf } from './target-labels.ts'

/** How many pods that left are remembered: their names stay in the statistics of those that called them. */
const departedPods = 50_000

/** What was said of a target last. */
interface Said {
  readonly target: Target
  readonly labels: TargetLabels
  readonly page?: { readonly shape: Shape; readonly generation: number; readonly names: Names }
}

/** The relabeller for OSM and its successors. */
export function createRelabeller(options: RelabelOptions): Relabeller {
  const known = new KnownNames(departedPods)
  const pages = new WeakMap<Shape, Map<Target['dialect'], PageNames>>()
  const said = new Map<Target['id'], Said>()

  const lastSaid = (target: Target): Said => {
    const last = said.get(target.id)
    if (last?.target === target) return last
    const now = { target, labels: targetLabelsOf(target) }
    said.set(target.id, now)
    return now
  }

  const pageNames = (shape: Shape, dialect: Target['dialect']): PageNames => {
    const byDialect = pages.get(shape) ?? new Map<Target['dialect'], PageNames>()
    pages.set(shape, byDialect)
    const page = byDialect.get(dialect) ?? new PageNames(shape, dialect)
    byDialect.set(dialect, page)
    return page
  }

  return {
    know: (pods) => noteChanges(known.know(pods)),
    recall: (notes) => known.recall(podsIn(notes)),
    names(target, shape) {
      const last = lastSaid(target)
      const { generation } = known
      if (last.page?.shape === shape && last.page.generation === generation) return last.page.names
      const page = pageNames(shape, target.dialect)
      const names = options.wasmNames === 'restored' ? page.restored(known, target) : page.plain
      said.set(target.id, { ...last, page: { shape, generation, names } })
      return names
    },
    labels: (target) => lastSaid(target).labels,
    forget(id) {
      said.delete(id)
    },
  }
}
