/** Why `fetch` failed: what it says itself is "fetch failed", and the reason is within. */
export function fetchCause(error: unknown): string {
  const { cause, message } = error as Error & { readonly cause?: Error & { readonly code?: string } }
  return cause?.message || cause?.code || message
}
