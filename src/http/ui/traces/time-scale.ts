import type { TraceSpan } from '../../../model/trace-figures.ts'

/** A moment on the time axis that is written there. */
export interface Tick {
  readonly atMs: number
  /** Where it is, from 0 at the begin of the trace to 1 at its end. */
  readonly share: number
}

/** How long the axis is, milliseconds from the begin of the trace to the end of its last span. */
export const lengthOf = (tree: readonly TraceSpan[]): number =>
  tree.reduce((most, { offsetMs, durationMs }) => (offsetMs === null ? most : Math.max(most, offsetMs + (durationMs ?? 0))), 0)

/** A moment's or a duration's share of the axis, from 0 to 1. */
export const shareOf = (ms: number, lengthMs: number): number => (lengthMs > 0 ? Math.min(1, Math.max(0, ms / lengthMs)) : 0)

/** Round moments from the begin on, evenly spaced: at most so many besides the begin. */
export function ticksOf(lengthMs: number, most: number): readonly Tick[] {
  if (!(lengthMs > 0)) return [{ atMs: 0, share: 0 }]
  const stepMs = roundStep(lengthMs / most)
  return Array.from({ length: Math.floor(lengthMs / stepMs) + 1 }, (_, i) => ({ atMs: i * stepMs, share: shareOf(i * stepMs, lengthMs) }))
}

/** The next 1, 2 or 5 with zeros, at least as large. */
function roundStep(least: number): number {
  const power = 10 ** Math.floor(Math.log10(least))
  return (steps.find((step) => step * power >= least) ?? 10) * power
}
const steps = [1, 2, 5]

/** The moments of annotations as one path of an SVG, 1000 wide and 1 high; those outside of the axis are left out. */
export function marksPath(annotations: TraceSpan['annotations'], lengthMs: number): string {
  const inside = annotations.filter(({ offsetMs }) => offsetMs >= 0 && offsetMs <= lengthMs)
  return [...new Set(inside.map(({ offsetMs }) => `M${(shareOf(offsetMs, lengthMs) * 1e3).toFixed(1)} 0v1`))].join('')
}
