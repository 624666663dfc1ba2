import { useRef, useState } from 'preact/hooks'
import type { TraceSummary } from '../../../model/trace-figures.ts'
import { arrived, renewed } from './trace-choice.ts'

export interface Calm {
  readonly traces: readonly TraceSummary[]
  /** How many are held back. */
  readonly arrived: number
  /** Shows them. */
  readonly show: () => void
  /** For the element that is pointed at by who reads, with what leads to those that are held back. */
  readonly pointed: Readonly<Record<'onPointerEnter' | 'onPointerLeave', () => void>>
  /** For the element that is read with the keyboard. */
  readonly focused: Readonly<Record<'onFocusIn' | 'onFocusOut', (event: FocusEvent) => void>>
}

/**
 * Keeps a list as it is while the pointer or the keyboard's focus is in it: nothing moves under the hand of somebody who reads.
 *
 * @param question what the list answers; an answer to another one is shown at once. Empty: the answer is still to the one before
 */
export function useCalm(latest: readonly TraceSummary[], question: string): Calm {
  const [isPointed, setPointed] = useState(false)
  const [isFocused, setFocused] = useState(false)
  const [, setAsked] = useState(0)
  const kept = useRef<{ readonly question: string; readonly traces: readonly TraceSummary[] }>({ question: '', traces: [] })
  const isKept = (isPointed || isFocused) && question !== '' && kept.current.question === question
  kept.current = { question, traces: isKept ? renewed(kept.current.traces, latest) : latest }
  return {
    traces: kept.current.traces,
    arrived: arrived(kept.current.traces, latest),
    show: () => {
      kept.current = { question: '', traces: [] }
      setAsked((count) => count + 1)
    },
    pointed: { onPointerEnter: () => setPointed(true), onPointerLeave: () => setPointed(false) },
    focused: {
      // Whoever clicks leaves the focus behind without reading there.
      onFocusIn: ({ target }) => setFocused((target as Element).matches(':focus-visible')),
      onFocusOut: () => setFocused(false),
    },
  }
}
