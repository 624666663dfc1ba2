import { describe, expect, it } from 'vitest'
import { Refused } from '../../../src/http/ui/api.ts'
import { stateAfter } from '../../../src/http/ui/polled.ts'

const refused = new Refused(400, { message: 'The parameter until must be a time.' })
const known = { path: 'edges?window=5m', answer: 'edges of five minutes', refused: undefined }

describe('what is known after the collector told something', () => {
  it('is the answer, to whatever was asked', () => {
    expect(stateAfter(known, 'edges?window=1m', { answer: 'edges of a minute', refused: undefined })).toEqual({
      path: 'edges?window=1m',
      answer: 'edges of a minute',
      refused: undefined,
    })
  })

  it('is no answer where another question was refused: the last one was to something else', () => {
    expect(stateAfter(known, 'edges?until=never', { refused })).toEqual({ path: 'edges?until=never', refused })
  })

  it('is still the last answer where the same question is refused now', () => {
    expect(stateAfter(known, known.path, { refused })).toEqual({ ...known, refused })
  })
})
