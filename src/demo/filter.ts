/** What JavaScript's regular expressions can and RE2's cannot: looking around and referring back. */
const unknownToRe2 = /\(\?(?:[=!]|<[=!])|\\[1-9]/

/**
 * Envoy's `?filter=`: a regular expression that matches anywhere in a raw dotted name.
 *
 * @param query what stands behind the `?` of a request, still encoded
 * @returns which names pass; `undefined` when the expression is not one that Envoy takes
 */
export function nameFilter(query: string): ((raw: string) => boolean) | undefined {
  const encoded = query.split('&').find((parameter) => parameter.startsWith('filter='))
  if (encoded === undefined) return () => true
  try {
    const expression = decodeURIComponent(encoded.slice('filter='.length))
    if (unknownToRe2.test(expression)) return undefined
    const pattern = new RegExp(expression)
    return (raw) => pattern.test(raw)
  } catch {
    return undefined // no expression, or not decodable
  }
}
