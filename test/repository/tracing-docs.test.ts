import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { parse } from 'yaml'
import { examine } from '../../src/cli/doctor/checks.ts'
import { loadConfig } from '../../src/config/load.ts'
import { receiveMetrics } from '../../src/receive/telemetry.ts'
import { collector, facts } from '../cli/doctored-facts.ts'
import { objectsOf, onlyOne, type Service } from '../support/deployment.ts'

const root = join(import.meta.dirname, '../..')
const page = readFileSync(join(root, 'docs/tracing.md'), 'utf8')
const blocks = (language: string) => [...page.matchAll(new RegExp(`\`\`\`${language}\n([^]*?)\`\`\``, 'g'))].map(([, text = '']) => text)
const yamls = blocks('yaml').map((text) => ({ text, value: parse(text) as Record<string, unknown> }))

it('has the command that the doctor tells, word by word', () => {
  const mesh = { enabled: false, address: null, port: null }
  const tracing = { port: 9411, received: 0, accepted: 0, refused: {}, refusedRequests: {}, mesh }
  const verdict = examine({ ...facts, collector: { ...collector, tracing } }).find(({ name }) => name === 'tracing')
  const command = verdict?.faults[0]?.remedy ?? ''
  expect(command).toMatch(/^kubectl patch meshconfig /)
  expect(blocks('sh').map((text) => text.trim())).toContain(command)
})

it('has a Service that leads where that of deploy/ leads', () => {
  const [shown] = yamls.flatMap(({ value }) => (value.kind === 'Service' ? [value as unknown as Service] : []))
  const { metadata, spec } = onlyOne<Service>('Service', objectsOf('base'))
  expect(shown?.metadata).toMatchObject({ name: metadata.name, namespace: metadata.namespace })
  expect(shown?.spec.selector).toMatchObject(spec.selector)
  const ports = (service: Service | undefined) => service?.spec.ports.map(({ name, port, targetPort }) => ({ name, port, targetPort }))
  expect(ports(shown)).toEqual(ports(onlyOne<Service>('Service', objectsOf('base'))))
})

it('has configurations that are taken as they stand, and names options that there are', () => {
  const configs = yamls.filter(({ value }) => value.kind === undefined)
  const loaded = configs.map(({ text }) => loadConfig(text, { file: 'tracing.md', env: {} }))
  expect(loaded.map(({ traces }) => traces.listen)).toEqual(configs.map(() => ({ host: '0.0.0.0', port: 9411 })))
  expect(loaded.flatMap(({ forward }) => Object.keys(forward))).toEqual(['zipkin', 'otlp', 'jaeger'])
  const known = readFileSync(join(root, 'docs/configuration.md'), 'utf8')
  const named = [...page.matchAll(/`((?:traces|forward|outbox|http|state)\.[\w.]+)/g)].map(([, name = '']) => name)
  expect(named.filter((name) => !known.includes(`\`${name}\``) && !known.includes(`\`${name}.`))).toEqual([])
})

it('says of each reason for refusing what it means', () => {
  const table = page.split('\n').filter((line) => line.startsWith('| `'))
  const [, told = ''] = /by reason: ([^;]*; whole batches are refused as [^.]*)/.exec(receiveMetrics.refused.help) ?? []
  const reasons = told.match(/\b[a-z]+_[a-z_]+\b/g) ?? []
  expect(reasons.length).toBeGreaterThan(7)
  expect(reasons.filter((reason) => !table.some((line) => line.includes(`\`${reason}\``)))).toEqual([])
})

it('leads nowhere that does not exist', () => {
  const links = [...page.matchAll(/\]\(([^)#:]+)/g)].map(([, target = '']) => join(root, 'docs', target))
  const paths = [...page.matchAll(/\b(deploy\/[\w./-]+\w)/g)].map(([, path = '']) => join(root, path))
  expect([...links, ...paths].filter((target) => !existsSync(target))).toEqual([])
})
