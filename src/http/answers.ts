import type { FastifyReply } from 'fastify'
import { z } from 'zod'

/** Every code that an answer without success can carry. */
export const errorCodes = {
  bad_parameter: { status: '400', meaning: 'A query parameter is wrong or not known; the answer says which, and what is allowed.' },
  bad_request: { status: '4xx', meaning: 'The request itself is not understood; the message says why.' },
  unauthorized: { status: '401', meaning: 'The request lacks the token of http.bearerTokenFile: Authorization: Bearer TOKEN.' },
  unknown_host: { status: '421', meaning: 'The request uses a name for the collector that is not in http.hosts; see docs/security.md.' },
  trace_not_kept: {
    status: '404',
    meaning: 'The trace is not among the last ones, which alone are kept; the tracing backend may have it.',
  },
  not_found: { status: '404', meaning: 'There is nothing at this path; the answer lists the paths that there are.' },
  method_not_allowed: { status: '405', meaning: 'The path is only read: GET or HEAD.' },
  internal_error: { status: '500', meaning: 'A defect of the collector; its log has the details (event http_answer_failed).' },
  too_many_renders: { status: '503', meaning: 'Others fetch large pages right now; Retry-After says when to come again.' },
} as const
type ErrorCode = keyof typeof errorCodes

/** What every answer looks like that is no success. */
export const errorAnswer = z.object({
  error: z.object({
    code: z.enum(Object.keys(errorCodes) as ErrorCode[]),
    message: z.string(),
    parameter: z.string().optional().describe('Which parameter is wrong.'),
    allowed: z.string().optional().describe('What is allowed there.'),
    paths: z.array(z.string()).optional().describe('What there is instead of an unknown path.'),
  }),
})
type ErrorBody = z.infer<typeof errorAnswer>['error']

export function sendError(reply: FastifyReply, status: number, error: ErrorBody): FastifyReply {
  return reply.code(status).removeHeader('content-encoding').header('content-type', 'application/json; charset=utf-8').send({ error })
}

/** A query that a path does not take. */
export class BadParameter extends Error {
  readonly statusCode = 400
  readonly parameter: string
  readonly allowed: string

  constructor(parameter: string, options: { readonly message: string; readonly allowed: string }) {
    super(options.message)
    this.name = 'BadParameter'
    this.parameter = parameter
    this.allowed = options.allowed
  }
}

/** Turns what zod found wrong with a query into what a person needs: which parameter, and what is allowed. */
export function badParameter(schema: z.ZodObject, { issues }: z.core.$ZodError): BadParameter {
  const [issue] = issues
  const names = Object.keys(schema.shape)
  if (issue?.code === 'unrecognized_keys') {
    const [unknown = ''] = issue.keys
    const allowed = names.length > 0 ? `the parameters ${names.join(' and ')}` : 'no parameters'
    return new BadParameter(unknown, { message: `This path does not know a parameter "${unknown}".`, allowed })
  }
  const parameter = String(issue?.path[0] ?? '')
  const why = issue?.code === 'invalid_type' ? 'is given once' : (issue?.message ?? 'is not allowed')
  return new BadParameter(parameter, {
    message: `The parameter ${parameter} ${why.replace(/^is /, 'must be ')}.`,
    allowed: describe(schema, parameter),
  })
}

const describe = (schema: z.ZodObject, parameter: string): string => (schema.shape[parameter] as z.ZodType | undefined)?.description ?? ''
