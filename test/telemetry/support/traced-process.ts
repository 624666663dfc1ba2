import { registerHooks } from 'node:module'
import { text } from 'node:stream/consumers'
import { setTimeout as pause } from 'node:timers/promises'

// usage: traced-process.ts '<telemetry.traces as JSON, or null>'
// Runs a collector until it has read its target and standard input ends, ends it, and says which modules of OpenTelemetry were loaded by then and what they left to everybody. It ends by itself, or not at all.

const loaded = new Set<string>()
registerHooks({
  resolve(specifier, context, next) {
    const found = next(specifier, context)
    const [, name] = /node_modules\/(@opentelemetry\/[^/]+)/.exec(found.url) ?? []
    if (name !== undefined) loaded.add(name)
    return found
  },
})
const { TracedCollector } = await import('./traced-collector.ts')
const traces = JSON.parse(process.argv[2] ?? 'null') as object | null
const traced = await TracedCollector.start(traces ?? undefined)
await text(process.stdin)
while (traced.collector.reading.targets().targets[0]?.state !== 'up') await pause(20)
speakUp()
const globals = Object.keys((Reflect.get(globalThis, Symbol.for('opentelemetry.js.api.1')) as object | undefined) ?? {})
await traced[Symbol.asyncDispose]()
const events = traced.log.map((line) => (JSON.parse(line) as { event: string }).event)
console.log(JSON.stringify({ loaded: [...loaded], globals, events }))

interface Logs {
  getLogger(name: string): { emit(record: object): void }
}

/** A library's record for whoever takes them: were logs sent anywhere, this would be. The API has no other way that is not a dependency. */
function speakUp(): void {
  const logsOf = Reflect.get(globalThis, Symbol.for('io.opentelemetry.js.api.logs')) as ((version: number) => Logs) | undefined
  logsOf?.(1).getLogger('a library').emit({ body: 'something happened' })
}
