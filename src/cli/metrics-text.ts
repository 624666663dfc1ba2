import { counted } from './figure-text.ts'
import type { Change } from './metrics-switch.ts'

const shownNames = 3

/** `a, b, c and 4 more pods` */
export function podNames(names: readonly string[]): string {
  const rest = names.length - shownNames
  const shown = names.slice(0, shownNames).join(', ')
  return rest > 0 ? `${shown} and ${counted(rest, 'more pod')}` : shown
}

/** What a write to an object does to its annotations: what goes with a minus, what comes with a plus. */
export function annotationLines({ object, before, patch }: Change): string[] {
  const lines = Object.entries(patch).flatMap(([key, after]) => [
    ...(before[key] === undefined ? [] : [`  - ${key}: ${before[key]}`]),
    ...(after === null ? [] : [`  + ${key}: ${after}`]),
  ])
  return [object, ...lines]
}

/** What a write to a text changes: the lines between the first and the last that differ. */
export function textLines(object: string, before: string, after: string): string[] {
  const [old, young] = [linesOf(before), linesOf(after)]
  const head = commonStart(old, young)
  const tail = commonStart(old.slice(head).reverse(), young.slice(head).reverse())
  const gone = old.slice(head, old.length - tail)
  const come = young.slice(head, young.length - tail)
  return [object, ...gone.map((line) => `  - ${line}`), ...come.map((line) => `  + ${line}`)]
}

const linesOf = (text: string) => (text === '' ? [] : text.replace(/\n$/, '').split('\n'))

function commonStart(a: readonly string[], b: readonly string[]): number {
  const differing = a.findIndex((line, i) => line !== b[i])
  return differing < 0 ? Math.min(a.length, b.length) : differing
}
