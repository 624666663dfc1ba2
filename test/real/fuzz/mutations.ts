import fc from 'fast-check'

/** One change of a text's bytes; `at` and `size` are shares of its length, so that one change fits any text. */
interface Mutation {
  readonly kind: 'insert' | 'overwrite' | 'delete' | 'repeat' | 'move-line' | 'cut'
  readonly at: number
  readonly size: number
  readonly bytes: Uint8Array
}

const share = fc.double({ min: 0, max: 1, noNaN: true })

/** @param words what stands somewhere in such texts and means something there */
const mutation = (words: readonly string[]): fc.Arbitrary<Mutation> =>
  fc.record({
    kind: fc.constantFrom('insert', 'insert', 'overwrite', 'delete', 'repeat', 'move-line', 'cut'),
    at: share,
    size: fc.oneof({ arbitrary: share.map((each) => each / 500), weight: 5 }, { arbitrary: share, weight: 1 }),
    bytes: fc.oneof(
      fc.constantFrom(...words).map((word) => Buffer.from(word, 'latin1')),
      fc.uint8Array({ minLength: 1, maxLength: 4 }),
    ),
  })

function changed(text: Buffer, { kind, at, size, bytes }: Mutation): Buffer {
  const from = Math.floor(at * text.length)
  const to = Math.min(text.length, from + Math.ceil(size * text.length))
  const [before, part, after] = [text.subarray(0, from), text.subarray(from, to), text.subarray(to)]
  switch (kind) {
    case 'insert':
      return Buffer.concat([before, bytes, part, after])
    case 'overwrite':
      return Buffer.concat([before, bytes, text.subarray(Math.min(text.length, from + bytes.length))])
    case 'delete':
      return Buffer.concat([before, after])
    case 'repeat':
      return Buffer.concat([before, part, part, after])
    case 'move-line': {
      const end = text.indexOf('\n', from) + 1
      return end === 0 ? text : Buffer.concat([text.subarray(end), text.subarray(0, end)])
    }
    case 'cut':
      return before
  }
}

/** One of the texts with a few changes. */
export const mutated = (texts: readonly Buffer[], words: readonly string[]): fc.Arbitrary<Buffer> =>
  fc
    .tuple(fc.constantFrom(...texts), fc.array(mutation(words), { minLength: 1, maxLength: 5 }))
    .map(([text, mutations]) => mutations.reduce(changed, text))
