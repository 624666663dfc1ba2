import { expect, it, onTestFinished } from 'vitest'
import { startDemo } from '../../src/cli/demo/session.ts'
import { TracingBackend } from '../support/tracing-backend.ts'
import { typed } from './terminal-session.ts'

it('has traces of its sidecars to show, and sends them on where it is told to', async () => {
  await using backend = await TracingBackend.start()
  const session = await startDemo({ listen: '127.0.0.1:0', seed: 1, spansTo: backend.url })
  const { collector } = session
  onTestFinished(() => session.stop(5_000))
  await expect
    .poll(() => collector.reading.traces({ limit: 500 }).traces.filter(({ services }) => services.length > 1).length, { timeout: 30_000 })
    .toBeGreaterThan(1)
  await expect.poll(() => backend.brought.map(({ path }) => path), { timeout: 30_000 }).toContain('/v1/traces')
  const { exitCode, out } = await typed(`spans --server ${collector.url}`)
  expect(exitCode).toBe(0)
  expect(out).toMatch(/bookstore-v\d\.bookstore:14001/)
})

it('takes no address for spans that is none', async () => {
  expect(await typed('demo --spans-to jaeger:4318')).toMatchObject({
    exitCode: 2,
    err: expect.stringContaining('It is an http or https address'),
  })
})
