import { z } from 'zod'
import { Problem } from '../../runtime/problem.ts'
import type { WatchEvents } from './cluster-api.ts'
import { kubernetesProblems as kinds } from './problems.ts'
import { type Asked, refusal } from './refusals.ts'

/** Longer than any object that an API server keeps (1.5 MiB in etcd, a little more as JSON). */
const lineLimit = 16 * 2 ** 20

const line = z.object({
  type: z.enum(['ADDED', 'MODIFIED', 'DELETED', 'BOOKMARK', 'ERROR']),
  object: z.looseObject({ metadata: z.looseObject({ resourceVersion: z.string().optional() }).optional(), code: z.number().optional() }),
})

/**
 * Reads a watch line by line until the server ends it.
 *
 * @throws {Problem} what the server said in the stream, `kubernetes_gone` above all; `kubernetes_failing` for a line that cannot be understood; whatever
 * breaks the body
 */
export async function readWatch(body: AsyncIterable<Uint8Array>, asked: Asked, { event, heard }: WatchEvents): Promise<void> {
  for await (const text of linesOf(body)) {
    const { type, object } = parsed(text)
    if (type === 'ERROR') throw refusal(asked, { status: object.code ?? 500, body: JSON.stringify(object) })
    if (type !== 'BOOKMARK') event(type, object)
    const version = object.metadata?.resourceVersion
    if (version !== undefined) heard(version)
  }
}

/** The complete lines; what is cut off at the end says nothing. */
async function* linesOf(body: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder()
  let rest = ''
  for await (const chunk of body) {
    const parts = decoder.decode(chunk, { stream: true }).split('\n')
    parts[0] = rest + (parts[0] ?? '')
    rest = parts.pop() ?? ''
    if (rest.length > lineLimit)
      throw new Problem(kinds.kubernetes_failing, `A watch brought more than ${lineLimit} characters without an end of line.`)
    yield* parts.filter((part) => part !== '')
  }
}

function parsed(text: string): z.output<typeof line> {
  try {
    return line.parse(JSON.parse(text))
  } catch (error) {
    throw new Problem(kinds.kubernetes_failing, `A watch brought what is no event: ${text.slice(0, 100)}`, { cause: error })
  }
}
