/** A request that is not done, and what its sender is told. */
export class RefusedRequest extends Error {
  readonly status: 400 | 404 | 405 | 413 | 415 | 429 | 503
  /** When to come again. */
  readonly retryAfterMs: number | undefined

  constructor(status: RefusedRequest['status'], message: string, options: { readonly retryAfterMs?: number } = {}) {
    super(message)
    this.name = 'RefusedRequest'
    this.status = status
    this.retryAfterMs = options.retryAfterMs
  }
}
