import { isIPv4, isIPv6 } from 'node:net'
import type { Span } from '../model/span.ts'

/**
 * Why a span is not taken. Whoever is sent a batch on may refuse it as a whole for one member that is not as Zipkin's API has it, so that such a span stays
 * behind here.
 */
export type Fault = 'not_object' | 'no_trace_id' | 'bad_id' | 'bad_member'

type Members = Readonly<Record<string, unknown>>
type Check = (value: unknown) => boolean

const traceIdPattern = /^(?:[0-9a-f]{16}|[0-9a-f]{32})$/
const zeros = /^0+$/
const kinds = new Set<unknown>(['CLIENT', 'SERVER', 'PRODUCER', 'CONSUMER'])

const isMembers = (value: unknown): value is Members => typeof value === 'object' && value !== null && !Array.isArray(value)
const isText: Check = (value) => typeof value === 'string'
const isFlag: Check = (value) => typeof value === 'boolean'
const isCount: Check = (value) => Number.isSafeInteger(value) && (value as number) >= 0
const isTags: Check = (value) => isMembers(value) && Object.values(value).every(isText)
const isAnnotations: Check = (value) =>
  Array.isArray(value) && value.every((one: unknown) => isMembers(one) && isCount(one.timestamp) && isText(one.value))
const hasOnly = (value: Members, checks: Readonly<Record<string, Check>>): boolean =>
  Object.entries(checks).every(([name, check]) => value[name] === undefined || check(value[name]))
const isPort: Check = (value) => isCount(value) && (value as number) <= 65_535
const placeChecks: ReadonlyMap<string, Check> = new Map<string, Check>([
  ['ipv4', (value) => typeof value === 'string' && isIPv4(value)],
  ['ipv6', (value) => typeof value === 'string' && isIPv6(value)],
  ['port', isPort],
])
const endpointChecks = { serviceName: isText, ...Object.fromEntries(placeChecks) }
const isEndpoint: Check = (value) => isMembers(value) && hasOnly(value, endpointChecks)

const spanChecks: Readonly<Record<string, Check>> = {
  name: isText,
  kind: (value) => kinds.has(value),
  timestamp: isCount,
  duration: isCount,
  shared: isFlag,
  debug: isFlag,
  localEndpoint: isEndpoint,
  remoteEndpoint: isEndpoint,
  annotations: isAnnotations,
  tags: isTags,
}

/** Sixteen digits, or the 32 that Pipy of FSM makes of a UUID: repair makes them shorter. */
const isId = (value: unknown): boolean => typeof value === 'string' && traceIdPattern.test(value) && !zeros.test(value)

/**
 * Why this is no span as Zipkin's API has it: ids of lower-case hexadecimal digits that are not all zero, integers from zero on, tags of text alone.
 * Source: openzipkin/zipkin-api, zipkin2-api.yaml.
 */
export function faultOf(value: unknown): Fault | undefined {
  if (!isMembers(value)) return 'not_object'
  if (value.traceId === undefined) return 'no_trace_id'
  if (!isId(value.traceId) || !isId(value.id) || (value.parentId !== undefined && !isId(value.parentId))) return 'bad_id'
  return hasOnly(value, spanChecks) ? undefined : 'bad_member'
}

/** How many members it and all that lies within have; its depth must be bounded. */
export function membersIn(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0
  const inner = Object.values(value)
  let count = Array.isArray(value) ? 0 : inner.length
  for (const one of inner) if (typeof one === 'object') count += membersIn(one)
  return count
}

/**
 * The same span in the API's words where only its spelling is off: `null` for what is absent (Pipy writes it where it does not know), ids in capitals, a parent of
 * zeros, tags that are numbers or flags, and a duration that a clock that was set has made negative. An address or a port that is none is left away: Jaeger
 * refuses all spans of a request for one of them (measured with 1.48 and 2).
 */
export function respelled(value: unknown): unknown {
  if (!isMembers(value)) return value
  const { traceId, id, parentId, duration, localEndpoint, remoteEndpoint, tags, ...rest } = withoutNulls(value)
  return {
    ...rest,
    ...present('traceId', lowerCase(traceId)),
    ...present('id', lowerCase(id)),
    ...present('parentId', typeof parentId === 'string' && /^0*$/.test(parentId) ? undefined : lowerCase(parentId)),
    ...present('duration', typeof duration === 'number' && duration < 0 ? undefined : duration),
    ...present('localEndpoint', isMembers(localEndpoint) ? placed(localEndpoint) : localEndpoint),
    ...present('remoteEndpoint', isMembers(remoteEndpoint) ? placed(remoteEndpoint) : remoteEndpoint),
    ...present('tags', isMembers(tags) ? asText(withoutNulls(tags)) : tags),
  }
}

/** Only of what `faultOf` has nothing against. */
export const asSpan = (value: unknown): Span => value as Span

const present = (name: string, value: unknown): Members => (value === undefined ? {} : { [name]: value })
const lowerCase = (value: unknown): unknown => (typeof value === 'string' ? value.toLowerCase() : value)
const withoutNulls = (value: Members): Members => Object.fromEntries(Object.entries(value).filter(([, member]) => member !== null))
const placed = (endpoint: Members): Members =>
  Object.fromEntries(Object.entries(withoutNulls(endpoint)).filter(([name, value]) => placeChecks.get(name)?.(value) ?? true))
const asText = (tags: Members): Members =>
  Object.fromEntries(
    Object.entries(tags).map(([name, value]) => [name, typeof value === 'number' || typeof value === 'boolean' ? String(value) : value]),
  )
