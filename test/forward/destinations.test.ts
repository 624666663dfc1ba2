import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { pushedDestinations } from '../../src/forward/kinds.ts'
import { forwardOptions } from '../../src/forward/options.ts'
import { chunkOf, envoySpans } from '../support/spans.ts'
import { testTelemetry } from '../support/telemetry.ts'
import { TracingBackend } from '../support/tracing-backend.ts'

const pushed = (options: object, folder = '/') =>
  pushedDestinations(forwardOptions.parse(options), { telemetry: testTelemetry(), fileAt: (path) => join(folder, path) })

it('are none where none is configured', () => {
  expect(pushed({})).toEqual([])
})

it('are known by the names of their options, and get what they are for', () => {
  const endpoint = 'http://jaeger.example'
  const azure = { endpoint: 'https://x.example', ruleId: 'dcr-1', stream: 'Custom-x' }
  const all = pushed({ files: { path: 'rows' }, azure, zipkin: { endpoint }, otlp: { endpoint }, jaeger: { endpoint } })
  expect(all.map(({ name, kind }) => [name, kind])).toEqual([
    ['files', 'rows'],
    ['azure', 'rows'],
    ['zipkin', 'spans'],
    ['otlp', 'spans'],
    ['jaeger', 'spans'],
  ])
})

it('find the files of tokens where the configuration is', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'destinations-test-'))
  await writeFile(join(folder, 'token'), 'abc')
  await using backend = await TracingBackend.start()
  const reached = { endpoint: backend.url, bearerTokenFile: 'token' }
  for (const destination of pushed({ zipkin: reached, otlp: reached }, folder)) {
    await destination.send(chunkOf(envoySpans()), new AbortController().signal)
  }
  expect(backend.brought.map(({ path, headers }) => [path, headers['authorization']])).toEqual([
    ['/api/v2/spans', 'Bearer abc'],
    ['/v1/traces', 'Bearer abc'],
  ])
  await rm(folder, { recursive: true })
})
