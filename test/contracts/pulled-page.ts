import { expect } from 'vitest'
import { labelsKey } from '../../src/model/labels.ts'
import type { PulledPage } from '../../src/model/pulled-page.ts'

export interface ReadSeries {
  readonly name: string
  readonly labels: Readonly<Record<string, string>>
  readonly value: number
  /** Milliseconds since the epoch, where the sample says it. */
  readonly timestampMs?: number
}

export interface ReadFamily {
  readonly name: string
  readonly type: string
  readonly help: string
  readonly series: readonly ReadSeries[]
}

const sample = /^(?<name>[a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{(?<labels>.+)\})? (?<value>\S+?)(?: (?<timestamp>\d+))?$/s
const label = /(?<name>[a-zA-Z_][a-zA-Z0-9_]*)="(?<value>(?:[^"\\\n]|\\["\\n])*)"(?:,|$)/y
const number = /^(?:NaN|[+-]Inf|-?\d+(?:\.\d+)?(?:e[+-]\d+)?)$/

export async function renderAll(page: PulledPage): Promise<string> {
  return (await Array.fromAsync(page.render())).join('')
}

/** Reads what we write, stricter than Prometheus does: every family has HELP and TYPE right before its samples, and occurs once. */
function readStrictly(text: string): ReadFamily[] {
  if (text === '') return []
  expect(text.endsWith('\n'), 'the last line is complete').toBe(true)
  const families: { name: string; type: string; help: string; series: ReadSeries[] }[] = []
  const seen = new Set<string>()
  const lines = text.slice(0, -1).split('\n')
  for (const [index, line] of lines.entries()) {
    const help = /^# HELP (\S+) (.+)$/.exec(line)
    if (help) {
      const type = /^# TYPE (\S+) (counter|gauge|histogram|summary|untyped)$/.exec(lines[index + 1] ?? '')
      expect(type?.[1], `TYPE follows ${line}`).toBe(help[1])
      expect(families.map(({ name }) => name)).not.toContain(help[1])
      families.push({ name: help[1] ?? '', help: help[2] ?? '', type: type?.[2] ?? '', series: [] })
    } else if (!line.startsWith('# TYPE ')) {
      const series = readSample(line)
      const family = families.at(-1)
      const base =
        family?.type === 'histogram' || family?.type === 'summary' ? series.name.replace(/_(?:bucket|sum|count)$/, '') : series.name
      expect(base, `${line} stands under its family`).toBe(family?.name)
      const key = `${series.name}{${labelsKey(series.labels)}`
      expect(seen.has(key), `${line} occurs once`).toBe(false)
      seen.add(key)
      family?.series.push(series)
    }
  }
  return families
}

function readSample(line: string): ReadSeries {
  const { name = '', labels: text = '', value = '', timestamp } = sample.exec(line)?.groups ?? {}
  expect(name, `is a sample: ${line}`).not.toBe('')
  expect(value, `is a number: ${line}`).toMatch(number)
  const labels: Record<string, string> = {}
  for (label.lastIndex = 0; label.lastIndex < text.length;) {
    const { name: key = '', value: escaped = '' } = label.exec(text)?.groups ?? {}
    expect(key, `are labels: ${line}`).not.toBe('')
    expect(labels, `names no label twice: ${line}`).not.toHaveProperty(key)
    expect(escaped, `has no empty label: ${line}`).not.toBe('')
    labels[key] = escaped.replace(/\\(.)/g, (_, letter: string) => (letter === 'n' ? '\n' : letter))
  }
  return { name, labels, value: Number(value.replace('Inf', 'Infinity')), ...(timestamp && { timestampMs: Number(timestamp) }) }
}

/** What every pulled page promises; returns what it says. */
export async function expectGoodPage(page: PulledPage): Promise<readonly ReadFamily[]> {
  const text = await renderAll(page)
  const families = readStrictly(text)
  expect(families.map(({ name }) => name)).toEqual(families.map(({ name }) => name).sort())
  expect(await renderAll(page), 'two renderings of the same state are equal').toBe(text)
  for (const { type, series } of families) if (type === 'histogram') expectWholeHistograms(series)
  return families
}

/** The lines of one histogram follow each other: buckets with rising bounds up to +Inf, then sum and count. */
function expectWholeHistograms(series: readonly ReadSeries[]): void {
  const identity = ({ name, labels }: ReadSeries) => {
    const { le: _, ...rest } = labels
    return `${name.replace(/_(?:bucket|sum|count)$/, '')}{${labelsKey(rest)}`
  }
  const runs: ReadSeries[][] = []
  for (const entry of series) {
    const run = runs.at(-1)
    if (run?.[0] && identity(run[0]) === identity(entry)) run.push(entry)
    else runs.push([entry])
  }
  expect(new Set(runs.map(([first]) => identity(first as ReadSeries))).size, 'each histogram stands in one place').toBe(runs.length)
  for (const run of runs) {
    const bounds = run.filter(({ name }) => name.endsWith('_bucket')).map(({ labels }) => Number(labels.le?.replace('Inf', 'Infinity')))
    expect(bounds).toEqual(bounds.toSorted((a, b) => a - b))
    expect(bounds.at(-1)).toBe(Infinity)
    expect(run.slice(bounds.length).map(({ name }) => /_(sum|count)$/.exec(name)?.[1])).toEqual(['sum', 'count'])
  }
}
