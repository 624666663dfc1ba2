/**
 * Whether a client takes gzip, and likes it at least as well as plain text: RFC 9110 §12.5.3, q-values included.
 *
 * @param header Accept-Encoding, as it came
 */
export function prefersGzip(header: string | undefined): boolean {
  const weights = new Map<string, number>()
  for (const part of (header ?? '').toLowerCase().split(',')) {
    const [coding = '', ...parameters] = part.split(';').map((text) => text.trim())
    const q = parameters.find((text) => text.startsWith('q='))
    const weight = q === undefined ? 1 : Number(q.slice(2))
    if (coding) weights.set(coding, weight >= 0 && weight <= 1 ? weight : 0)
  }
  const gzip = weights.get('gzip') ?? weights.get('x-gzip') ?? weights.get('*') ?? 0
  return gzip > 0 && gzip >= (weights.get('identity') ?? 0)
}
