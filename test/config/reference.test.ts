import { describe, expect, it } from 'vitest'
import { loadConfig } from '../../src/config/load.ts'
import { optionEntries } from '../../src/config/reference.ts'

describe('the reference of options', () => {
  it('says of every option what it is and what it does', () => {
    for (const { path, type, description } of optionEntries()) {
      expect(type).not.toBe('')
      expect(`${path}: ${description}`).toMatch(/\.$/)
    }
  })

  it('knows kinds and defaults as one writes them', () => {
    const entries = new Map(optionEntries().map((entry) => [entry.path, entry]))
    expect(entries.get('scrape.interval')).toMatchObject({ type: 'duration', default: '10s' })
    expect(entries.get('scrape.bodyLimit')).toMatchObject({ type: 'size', default: '64MiB' })
    expect(entries.get('scrape.filter')).toMatchObject({ type: 'auto | off', default: 'auto' })
    expect(entries.get('http.tls.cert')).toMatchObject({ type: 'text' })
    expect(entries.get('http.tls.cert')).not.toHaveProperty('default')
    expect(entries.get('telemetry.logLevel')).toMatchObject({ type: 'error | warn | info | debug', default: 'info' })
  })

  it('gives defaults that load', () => {
    /** Sections that are off without these have defaults all the same. */
    const needed = {
      files: { path: 'x' },
      azure: { endpoint: 'https://x.example', ruleId: 'dcr-1', stream: 'Custom-x' },
      ...Object.fromEntries(['zipkin', 'otlp', 'jaeger'].map((way) => [way, { endpoint: 'http://x.example' }])),
    }
    const base = { forward: needed, telemetry: { traces: { to: 'otlp', endpoint: 'http://x.example' } } }
    const read = (config: object) => loadConfig(JSON.stringify(config), { file: 'x', env: {} })
    for (const { path, default: value } of optionEntries()) {
      if (value === undefined) continue
      const config: Record<string, unknown> = structuredClone(base)
      const keys = path.split('.')
      const section = keys.slice(0, -1).reduce((at, key) => (at[key] ??= {}) as Record<string, unknown>, config)
      section[keys.at(-1) ?? ''] = value
      expect(read(config)).toEqual(read(base))
    }
  })
})
