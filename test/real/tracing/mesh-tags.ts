import type { JaegerSpan, JaegerTrace } from './jaeger.ts'
import { type Naming, type Pod, pods } from './mesh.ts'

/**
 * What of the tags for both sides of a call is not as the chain is wired. Each side's span says who called and who was called: workload, namespace and pod where it is known.
 *
 * @returns in words; `undefined` when all is right
 */
export function meshTagDifference(traces: readonly JaegerTrace[], naming: Naming): string | undefined {
  const wrong = traces.flatMap((trace) =>
    trace.spans.flatMap((span) => differencesOf(span, trace.processes[span.processID]?.serviceName, naming)),
  )
  return wrong[0] === undefined ? undefined : `${wrong.length} tags are wrong, the first of them: ${wrong[0]}`
}

function differencesOf({ traceID, tags }: JaegerSpan, service: string | undefined, naming: Naming): string[] {
  const said = new Map(tags.map(({ key, value }) => [key, String(value)]))
  const own = pods.find(({ name }) => naming.service(name) === service)
  const expected = Object.entries(own ? expectedTags(own, said.get('span.kind')) : {})
  const wrong = expected.filter(([key, value]) => said.get(key) !== value)
  return wrong.map(([key, value]) => `a span of the trace ${traceID} says ${key}=${said.get(key)} instead of ${value}`)
}

function expectedTags(own: Pod, kind: string | undefined): Readonly<Record<string, string>> {
  const isCaller = kind === 'client'
  const caller = isCaller ? own : pods.find(({ calls }) => calls === own.name)
  const called = isCaller ? pods.find(({ name }) => name === own.calls) : own
  if (!caller || !called) return {}
  return {
    'mesh.source.namespace': caller.name,
    'mesh.source.workload': caller.name,
    'mesh.source.service': caller.name,
    'mesh.destination.namespace': called.name,
    'mesh.destination.service': called.name,
    ...(!isCaller && { 'mesh.destination.workload': called.name }),
  }
}
