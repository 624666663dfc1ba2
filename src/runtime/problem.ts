/** One kind of problem that a user can meet. Declared beside the code that finds it; the reference page is assembled from all of them. */
export interface ProblemKind {
  readonly code: string
  /** What it means, in one sentence. */
  readonly meaning: string
  /** What to do about it: a sentence, with the command to type where there is one. */
  readonly remedy: string
  /** Whether trying again may help: decided here, where the cause is known, and nowhere else. */
  readonly retryable: boolean
}

/** Where in a text something is wrong; lines and columns count from 1. */
export interface Place {
  readonly file?: string
  readonly line?: number
  readonly column?: number
}

/** An error that says what is wrong, where, and what to do. */
export class Problem extends Error {
  readonly kind: ProblemKind
  readonly place: Place

  constructor(kind: ProblemKind, message: string, options: ErrorOptions & { readonly place?: Place } = {}) {
    super(message, options)
    this.name = 'Problem'
    this.kind = kind
    this.place = options.place ?? {}
  }
}

/** `manifests/pods.yaml:12:3`, as editors and terminals understand it; empty without a file or line. */
export function placeText({ file, line, column }: Place): string {
  return [file, line, line === undefined ? undefined : column].filter((part) => part !== undefined).join(':')
}

/** The sentence for a person: place, what is wrong, what to do. */
export function explain(error: unknown): string {
  if (!(error instanceof Problem)) return error instanceof Error ? error.message : String(error)
  const place = placeText(error.place)
  return `${place && `${place}: `}${error.message} (${error.kind.code})\n  ${error.kind.remedy}`
}
