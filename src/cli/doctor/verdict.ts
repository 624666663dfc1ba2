import type { Facts } from './facts.ts'

/** `off`: switched off on purpose, as far as anybody can tell; what follows from it is said. `unknown`: nobody could tell. */
export type State = 'ok' | 'broken' | 'unknown' | 'off'

/** One thing that is wrong, and what to type. */
export interface Fault {
  readonly what: string
  readonly remedy: string
}

/** What a check says. */
export interface Finding {
  readonly state: State
  /** In one sentence. */
  readonly found: string
  /** What mends it first stands first. Of a link that is in order: what could be had beyond it. */
  readonly faults: readonly Fault[]
}

/** One link of the chain from the ConfigMap to whoever reads the numbers. */
export interface Check {
  /** For programs; it stays as it is. */
  readonly name: string
  /** What it is, in words. */
  readonly link: string
  /** Whether the chain has it; absent: always. */
  readonly isLink?: (facts: Facts) => boolean
  readonly look: (facts: Facts) => Finding
}

export interface Verdict extends Finding {
  readonly name: string
  readonly link: string
}

export const ok = (found: string, beyond: readonly Fault[] = []): Finding => ({ state: 'ok', found, faults: beyond })
export const broken = (found: string, faults: readonly Fault[]): Finding => ({ state: 'broken', found, faults })
export const unknown = (found: string, faults: readonly Fault[] = []): Finding => ({ state: 'unknown', found, faults })
export const off = (found: string, faults: readonly Fault[]): Finding => ({ state: 'off', found, faults })
