import type { Jaeger, JaegerTrace } from './jaeger.ts'
import { edgeKey, type Ledger } from './ledger.ts'
import { type Naming, pods } from './mesh.ts'
import { countEach, isError, shapeOf } from './shapes.ts'

/** Traces of everybody under the given names. */
export async function everyTrace(jaeger: Jaeger, naming: Naming): Promise<JaegerTrace[]> {
  const services = new Set(pods.map(({ name }) => naming.service(name)))
  const found = await Promise.all([...services].map((service) => jaeger.traces(service)))
  return [...new Map(found.flat().map((trace) => [trace.traceID, trace])).values()]
}

/**
 * What of the traces is not as the ledger says, if the sidecars have these names: how many traces of which shape, and how many spans of whom carry an error.
 *
 * @returns in words; `undefined` when all is right
 */
export function traceDifferences(traces: readonly JaegerTrace[], ledger: Ledger, naming: Naming): string | undefined {
  return (
    shapeDifferences(traces, ledger, naming) ??
    inWords(differences(expectedErrors(ledger, naming), errorsOf(traces), 'spans with an error'))
  )
}

/** The same, whatever is said of errors. */
export function shapeDifferences(traces: readonly JaegerTrace[], ledger: Ledger, naming: Naming): string | undefined {
  return inWords(differences(expectedShapes(ledger, naming), countEach(traces.map(shapeOf)), 'traces'))
}

const inWords = (wrong: readonly string[]) => (wrong.length === 0 ? undefined : wrong.join('; '))

/** The dependency graph as it should be: `bookbuyer → bookstore` and how often. */
export function expectedGraph(ledger: Ledger, naming: Naming): string[] {
  return callsOf(ledger)
    .map(({ from, to, requests }) => ({ from: naming.service(from), to: naming.service(to), requests }))
    .filter(({ from, to }) => from !== to)
    .map(({ from, to, requests }) => `${from} → ${to} ${requests}`)
    .toSorted()
}

/** Jaeger 2 says of each service that passes requests on that it calls itself, Jaeger 1 does not: that is left out. */
export async function graphOf(jaeger: Jaeger): Promise<string[]> {
  const edges = (await jaeger.dependencies()).filter(({ parent, child }) => parent !== child)
  return edges.map(({ parent, child, callCount }) => `${parent} → ${child} ${callCount}`).toSorted()
}

/** The addresses that spans give as their senders'; Jaeger 2 has another word for them. */
export function addressesOf(traces: readonly JaegerTrace[]): string[] {
  const tags = traces.flatMap(({ spans, processes }) => [
    ...Object.values(processes).flatMap((process) => process.tags),
    ...spans.flatMap((span) => span.tags),
  ])
  const found = tags.filter(({ key }) => key === 'ip' || key === 'net.host.ip').map(({ value }) => String(value))
  return [...new Set(found)].toSorted()
}

function callsOf(ledger: Ledger) {
  return pods.flatMap(({ name: from, calls: to }) => {
    if (to === undefined) return []
    const edge = edgeKey(from, to)
    return [{ from, to, requests: ledger.requests.get(edge) ?? 0, errors: ledger.errors.get(edge) ?? 0 }]
  })
}

/** A client's and a server's span at each call; those traces that go on to the next pod are longer, the others end. */
function expectedShapes(ledger: Ledger, naming: Naming): Map<string, number> {
  const calls = callsOf(ledger)
  const steps = calls.map(({ from, to }) => `${naming.service(from)} client > ${naming.service(to)} server`)
  return new Map(calls.map(({ requests }, i) => [steps.slice(0, i + 1).join(' > '), requests - (calls[i + 1]?.requests ?? 0)] as const))
}

function expectedErrors(ledger: Ledger, naming: Naming): Map<string, number> {
  const spans = callsOf(ledger).flatMap(({ from, to, errors }) =>
    Array.from({ length: errors }, () => [`${naming.service(from)} client`, `${naming.service(to)} server`]).flat(),
  )
  return countEach(spans)
}

function errorsOf(traces: readonly JaegerTrace[]): Map<string, number> {
  return countEach(
    traces.flatMap(({ spans, processes }) =>
      spans
        .filter(isError)
        .map(({ processID, tags }) => `${processes[processID]?.serviceName} ${String(tags.find(({ key }) => key === 'span.kind')?.value)}`),
    ),
  )
}

function differences(expected: ReadonlyMap<string, number>, seen: ReadonlyMap<string, number>, what: string): string[] {
  const keys = new Set([...expected.keys(), ...seen.keys()])
  return [...keys].flatMap((key) => {
    const [should, is] = [expected.get(key) ?? 0, seen.get(key) ?? 0]
    return should === is ? [] : [`${is} instead of ${should} ${what} of ${key}`]
  })
}
