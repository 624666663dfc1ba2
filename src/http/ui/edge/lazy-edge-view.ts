import { lazily } from '../later.ts'
import type { Ends } from './parties.ts'

/** `EdgeView`, which comes when somebody opens an edge. */
export const LazyEdgeView = lazily<Ends>(async () => (await import('./edge-view.ts')).EdgeView)
