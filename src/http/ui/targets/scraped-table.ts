import type { VNode } from 'preact'
import type { TargetsAnswer } from '../../../model/figures.ts'
import { Age } from '../clock.ts'
import { html } from '../element.ts'
import { State } from '../facts.ts'
import { type Format, unknown } from '../format.ts'
import { Problem } from '../notices.ts'
import { useFormat, useWords } from '../setting.ts'
import { type Column, Table } from '../table.ts'
import { addressOf, changed, useView, type View } from '../view.ts'
import { legible } from '../who.ts'
import { isLate, nameOf, type Target } from './scraped.ts'
import { TargetState } from './target-state.ts'
import { words } from './words.ts'

interface ScrapedSetting {
  readonly targets: readonly Target[]
  readonly scrape: TargetsAnswer['scrape']
  /** When the answer came, by the collector's clock. */
  readonly answeredMs: number
}

type Text = (typeof words)['en']

/** Who is scraped; below who fails why, and what to do. */
export function ScrapedTable({ targets, scrape, answeredMs }: ScrapedSetting): VNode {
  const text = useWords<Text>(words)
  const format = useFormat()
  const view = useView()
  const late = (target: Target) => isLate(target, scrape, answeredMs)
  return html`<${Table}
    caption=${text.scraped}
    columns=${[...whoColumns(text, view), ...howColumns(text, late), ...figureColumns(text, format)]}
    rows=${targets}
    keyOf=${({ id }: Target) => id}
    classOf=${({ state }: Target) => (state === 'failing' || state === 'stale' ? 'failing' : '')}
    below=${trouble}
  />`
}

const whoColumns = (text: Text, view: View): readonly Column<Target>[] => [
  { key: 'pod', title: text.pod, cell: (target) => legible(nameOf(target)), by: nameOf },
  { key: 'namespace', title: text.namespace, cell: ({ namespace }) => legible(namespace ?? unknown), by: ({ namespace }) => namespace },
  { key: 'workload', title: text.workload, cell: (target) => workloadCell(target, view), by: ({ workload }) => workload },
  { key: 'kind', title: text.kind, cell: ({ kind }) => text.kinds[kind], by: ({ kind }) => kind },
]

/** Leads to what the workload's service does and gets, where it is known; the control plane's calls are no edges. */
function workloadCell({ kind, workload, namespace, labels }: Target, view: View): VNode | string {
  const name = legible(workload ?? unknown)
  if (kind === 'control-plane' || !labels.source_service || namespace === null) return name
  const service = `${namespace}/${labels.source_service}`
  return html`<a href=${addressOf(changed(view, { tab: 'requests', path: [service], filters: { search: '' } }))}>${name}</a>`
}

const howColumns = (text: Text, late: (target: Target) => boolean): readonly Column<Target>[] => [
  {
    key: 'state',
    title: text.state,
    cell: (target) =>
      html`<${TargetState} target=${target} />${target.failures > 1 && html` <small>${text.inARow(target.failures)}</small>`}`,
    by: ({ state }) => state,
  },
  {
    key: 'age',
    title: text.age,
    note: text.ago,
    isFigure: true,
    cell: (target) =>
      target.lastPageMs === null
        ? unknown
        : html`${late(target) && html`<span title=${text.lateHint}><${State} mood="warn" word=${text.late} /></span> `}<${Age}
              sinceMs=${target.lastPageMs}
            />`,
    by: ({ lastPageMs }) => (lastPageMs === null ? null : -lastPageMs),
  },
]

const figureColumns = (text: Text, { bytes, count, latency }: Format): readonly Column<Target>[] => [
  { key: 'size', title: text.size, isFigure: true, cell: (target) => bytes(target.bytes), by: (target) => target.bytes },
  { key: 'series', title: text.series, isFigure: true, cell: ({ series }) => count(series), by: ({ series }) => series },
  {
    key: 'took',
    title: text.took,
    isFigure: true,
    cell: ({ durationMs }) => latency(durationMs === null ? null : durationMs / 1e3),
    by: ({ durationMs }) => durationMs,
  },
  { key: 'asked', title: text.asks, cell: ({ asked }) => (asked === null ? unknown : text.asked[asked]), by: ({ asked }) => asked },
]

/** Why a target fails, or is read more seldom than others. */
function trouble({ error, notice }: Target): VNode | null {
  const problems = [error, notice].filter((problem) => problem !== null)
  if (problems.length === 0) return null
  return html`<div>${problems.map((problem) => html`<${Problem} key=${problem.code} ...${problem} />`)}</div>`
}
