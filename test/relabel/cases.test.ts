import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import type { DialectName } from '../../src/model/dialect.ts'
import { createRelabeller } from '../../src/relabel/osm.ts'
import { countedLines, keptLines, shapeOf } from '../support/exposition.ts'
import { podOf, targetOf } from './pods.ts'

/** What stands in a case's `pod.json`: the pod, and pods that are known besides it. */
interface Case {
  readonly pod: string
  readonly owner?: string
  readonly app?: string
  readonly address?: string
  readonly dialect?: DialectName
  readonly kind?: 'sidecar' | 'control-plane'
  readonly known?: readonly { readonly pod: string; readonly owner?: string }[]
}

const folder = new URL('../cases/relabel/', import.meta.url)
const read = (name: string, file: string) => readFileSync(new URL(`${name}/${file}`, folder), 'utf8')
const linesIn = (text: string) => text.split('\n').filter((line) => line !== '' && !line.startsWith('#'))

/** `page.txt` printed by the pod of `pod.json` is `kept.txt` in OSM's Prometheus; `counted.txt` is what only the collector's counting asks for. */
describe.each(readdirSync(folder))('%s', (name) => {
  const facts = JSON.parse(read(name, 'pod.json')) as Case
  const { shape, values } = shapeOf(read(name, 'page.txt'))
  const { pod, owner: _owner, app: _app, known = [], ...where } = facts
  const target = targetOf(podOf(pod, facts), where)
  const printed = (wasmNames: 'restored' | 'underscore') => {
    const relabeller = createRelabeller({ wasmNames })
    relabeller.know([podOf(pod, facts), ...known.map((other) => podOf(other.pod, other))])
    return { names: relabeller.names(target, shape), labels: relabeller.labels(target) }
  }

  it("is kept as OSM's jobs keep it", () => {
    const { names, labels } = printed('underscore')
    expect(keptLines(names, labels, values)).toEqual(linesIn(read(name, 'kept.txt')))
    expect(countedLines(names, values)).toEqual(
      existsSync(new URL(`${name}/counted.txt`, folder)) ? linesIn(read(name, 'counted.txt')) : [],
    )
  })

  if (!existsSync(new URL(`${name}/restored.txt`, folder))) return
  it('has real names where they are known', () => {
    const { names, labels } = printed('restored')
    expect(keptLines(names, labels, values)).toEqual(linesIn(read(name, 'restored.txt')))
  })
})
