import { describe, expect, it } from 'vitest'
import { DeliveryProblem, type Destination } from '../../src/forward/destination.ts'
import { spanProblems as kinds } from '../../src/forward/spans/problems.ts'
import { unshared } from '../../src/forward/spans/unshare.ts'
import { chunkOf, envoySpans } from '../support/spans.ts'
import { type Reaction, TracingBackend } from '../support/tracing-backend.ts'

export const never = new AbortController().signal

export const refusal = async (sending: Promise<unknown>): Promise<DeliveryProblem> => {
  const error = await sending.then(
    () => undefined,
    (reason: unknown) => reason,
  )
  if (!(error instanceof DeliveryProblem)) throw new Error('There is no refusal', { cause: error })
  return error
}

interface Way {
  readonly open: (endpoint: string, timeoutMs: number) => Destination
  /** Whether spans go out with the ids that they have. */
  readonly isPassedThrough: boolean
  /** Of the statuses from 500 on those that may be repeated. */
  readonly passing: readonly number[]
}

const patientMs = 60_000

/** What every destination of spans promises, on a real socket. */
export function itIsASpanDestination({ open, isPassedThrough, passing }: Way): void {
  const spans = envoySpans()
  const chunk = chunkOf(spans)
  const ids = spans.map((span) => (isPassedThrough ? span : unshared(span)).id)

  describe('as every destination of spans', () => {
    it('brings each span once and says that nothing was refused; so does a second time', async () => {
      await using backend = await TracingBackend.start()
      const destination = open(backend.url, patientMs)
      expect((await destination.send(chunk, never)) ?? []).toEqual([])
      expect(ids.filter((id) => backend.timesHeard(id) === 0)).toEqual([])
      const requests = backend.brought.length
      await destination.send(chunk, never)
      expect(backend.brought.length).toBe(2 * requests)
      await destination.close()
    })

    it('asks at the start without bringing anything', async () => {
      await using backend = await TracingBackend.start()
      const destination = open(backend.url, patientMs)
      await destination.probe?.(never)
      expect(backend.heard).toHaveLength(1)
      expect(backend.brought).toEqual([])
      await destination.close()
    })

    const unavailable = [408, 500, 502, 503, 504].map((status) => ({
      status,
      kind: passing.includes(status) ? kinds.spans_unavailable : kinds.spans_refused,
    }))
    it.each([
      ...unavailable,
      { status: 429, kind: kinds.spans_throttled },
      { status: 401, kind: kinds.spans_unauthorized },
      { status: 403, kind: kinds.spans_unauthorized },
      { status: 404, kind: kinds.spans_wrong_path },
      { status: 405, kind: kinds.spans_wrong_path },
      { status: 415, kind: kinds.spans_not_understood },
      { status: 307, kind: kinds.spans_redirected },
      { status: 413, kind: kinds.spans_too_large },
      { status: 422, kind: kinds.spans_refused },
    ])('$status is $kind.code', async ({ status, kind }) => {
      await using backend = await TracingBackend.start()
      await using elsewhere = await TracingBackend.start()
      backend.react = () => ({ status, headers: { location: elsewhere.url, 'retry-after': '7' }, body: 'Queue\u001b[31m full' })
      const destination = open(backend.url, patientMs)
      const problem = await refusal(destination.send(chunk, never))
      expect(problem).toMatchObject({ kind, isTooLarge: status === 413, mayBeInPart: status === 422, retryAfterMs: 7_000 })
      expect(problem.message).toMatch(new RegExp(`^The answer is ${status} to http://127.*: Queue\\\\u{1b}\\[31m full$`))
      expect(elsewhere.heard).toEqual([])
      backend.react = () => undefined
      expect((await destination.send(chunk, never)) ?? []).toEqual([])
      await destination.close()
    })

    it.each<[Reaction, number, object]>([
      ['silence', 300, { kind: kinds.spans_timeout, message: 'No answer within 0.3 seconds.' }],
      ['cut', patientMs, { kind: kinds.spans_unreachable }],
    ])('%s fails, may be repeated, and is over when the backend is well again', async (reaction, timeoutMs, expected) => {
      await using backend = await TracingBackend.start()
      const destination = open(backend.url, timeoutMs)
      backend.react = (request) => (backend.brought.includes(request) ? reaction : undefined)
      expect(await refusal(destination.send(chunk, never))).toMatchObject(expected)
      await destination.close()
      backend.react = () => undefined
      const patient = open(backend.url, patientMs)
      await patient.send(chunk, never)
      await patient.close()
    })

    it('what went unanswered is not repeated before another request is answered, lest a server that wakes up has it many times', async () => {
      await using backend = await TracingBackend.start()
      const destination = open(backend.url, 300)
      const failed = async () => expect((await refusal(destination.send(chunk, never))).kind).toBe(kinds.spans_timeout)
      backend.react = (request) => (backend.brought.includes(request) ? 'silence' : undefined)
      await failed()
      backend.react = () => 'silence'
      await failed()
      await failed()
      expect(backend.brought.length).toBeLessThanOrEqual(1)
      await destination.close()
    })

    it('nobody there', async () => {
      const backend = await TracingBackend.start()
      const { url } = backend
      await backend[Symbol.asyncDispose]()
      const destination = open(url, patientMs)
      const problem = await refusal(destination.send(chunk, never))
      expect(problem.kind).toBe(kinds.spans_unreachable)
      expect(problem.message).toMatch(/^http:\/\/127.0.0.1:\d+ cannot be reached: .*ECONNREFUSED/)
      await destination.close()
    })

    it('who stops need not wait for an answer', async () => {
      await using backend = await TracingBackend.start()
      const stop = new AbortController()
      backend.react = (request) => {
        if (!backend.brought.includes(request)) return undefined
        stop.abort()
        return 'silence'
      }
      const destination = open(backend.url, patientMs)
      await expect(destination.send(chunk, stop.signal)).rejects.toMatchObject({ name: 'AbortError' })
      await destination.close()
    })
  })
}
