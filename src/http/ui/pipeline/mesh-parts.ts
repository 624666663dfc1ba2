import type { VNode } from 'preact'
import type { StatusAnswer } from '../../../model/figures.ts'
import { Age } from '../clock.ts'
import { html } from '../element.ts'
import { type Fact, Facts, type Mood, State } from '../facts.ts'
import { unknown } from '../format.ts'
import { Problem } from '../notices.ts'
import { useFormat, useWords } from '../setting.ts'
import { type Column, Table } from '../table.ts'
import { legible } from '../who.ts'
import { type Text, words } from './words.ts'

type Discovery = StatusAnswer['discovery']
type Watch = Discovery['watches'][number]
type Pod = Discovery['controlPlane'][number]
type Containers = NonNullable<StatusAnswer['containers']>

/** What the collector hears of the mesh beside its statistics, and of itself. */
export function MeshParts({ status }: { readonly status: StatusAnswer }): VNode {
  const text = useWords<Text>(words)
  const { discovery, containers, version, startedMs } = status
  const { moment } = useFormat()
  const facts: readonly Fact[] = [
    { title: text.version, value: version },
    { title: text.runs, value: html`<${Age} sinceMs=${startedMs} />`, note: text.since(moment(startedMs)) },
  ]
  return html`${discovery.watches.length > 0 && html`<${Watches} watches=${discovery.watches} />`}
    ${discovery.controlPlane.length > 0 && html`<${ControlPlane} pods=${discovery.controlPlane} />`}
    ${discovery.meshConfig && html`<${MeshConfig} meshConfig=${discovery.meshConfig} />`}
    ${containers && html`<${ContainerUse} containers=${containers} />`}
    <section class="part">
      <h2>${text.collector}</h2>
      <${Facts} facts=${facts} />
    </section>`
}

const watchMoods: Readonly<Record<Watch['state'], Mood>> = {
  starting: 'faint',
  following: 'good',
  retrying: 'warn',
  refused: 'bad',
  absent: 'faint',
}

function Watches({ watches }: { readonly watches: readonly Watch[] }): VNode {
  const text = useWords<Text>(words)
  const columns: readonly Column<Watch>[] = [
    { key: 'resource', title: text.resource, cell: ({ resource }) => legible(resource) },
    { key: 'namespace', title: text.namespace, cell: ({ namespace }) => legible(namespace ?? text.all) },
    {
      key: 'state',
      title: text.state,
      cell: ({ state }) => html`<${State} mood=${watchMoods[state]} word=${text.watchStates[state]} />`,
    },
    {
      key: 'heard',
      title: text.heard,
      note: text.ages,
      isFigure: true,
      cell: ({ lastHeardMs }) => (lastHeardMs === null ? unknown : html`<${Age} sinceMs=${lastHeardMs} />`),
    },
  ]
  return html`<section class="part narrow">
    <h2>${text.watches}</h2>
    <${Table}
      caption=${text.watches}
      columns=${columns}
      rows=${watches}
      keyOf=${({ resource, namespace }: Watch) => `${resource} ${namespace ?? ''}`}
      below=${({ problem }: Watch) => problem && html`<${Problem} ...${problem} />`}
    />
  </section>`
}

function ControlPlane({ pods }: { readonly pods: readonly Pod[] }): VNode {
  const text = useWords<Text>(words)
  const columns: readonly Column<Pod>[] = [
    { key: 'pod', title: text.pod, cell: ({ pod }) => legible(pod) },
    { key: 'namespace', title: text.namespace, cell: ({ namespace }) => legible(namespace) },
    { key: 'part', title: text.part, cell: ({ app }) => legible(app) },
    {
      key: 'state',
      title: text.state,
      cell: ({ state }) => html`<${State} mood=${state === 'Running' ? 'good' : 'bad'} word=${legible(state)} />`,
    },
  ]
  return html`<section class="part narrow">
    <h2>${text.controlPlane}</h2>
    <${Table} caption=${text.controlPlane} columns=${columns} rows=${pods} keyOf=${({ namespace, pod }: Pod) => `${namespace}/${pod}`} />
  </section>`
}

function MeshConfig({ meshConfig: { tracing, wasmStats } }: { readonly meshConfig: NonNullable<Discovery['meshConfig']> }): VNode {
  const text = useWords<Text>(words)
  const switched = (on: boolean) => (on ? text.tracingOn : text.tracingOff)
  const { address, port, endpoint } = tracing
  const place = address === null ? unknown : `${address}${port === null ? '' : `:${port}`}${endpoint ?? ''}`
  const facts: readonly Fact[] = [
    { title: text.tracing, value: switched(tracing.enabled) },
    { title: text.spansGoTo, value: legible(place) },
    { title: text.wasm, value: wasmStats === null ? text.unsaid : switched(wasmStats) },
  ]
  return html`<section class="part">
    <h2>MeshConfig</h2>
    <${Facts} facts=${facts} />
  </section>`
}

function ContainerUse({ containers: { from, nodes, samples, problems } }: { readonly containers: Containers }): VNode {
  const text = useWords<Text>(words)
  const { count } = useFormat()
  const states: Readonly<Record<string, string>> = text.nodeStates
  const facts: readonly Fact[] = [
    { title: text.source, value: text.from[from] },
    {
      title: text.nodes,
      value: Object.entries(nodes)
        .map(([state, number]) => `${count(number)} ${states[state] ?? state}`)
        .join(', '),
    },
    { title: text.samples, value: count(samples) },
  ]
  return html`<section class="part">
    <h2>${text.containers}</h2>
    <${Facts} facts=${facts} />
    ${problems.map(
      (problem) =>
        html`<div key=${problem.code}>
          <p class="said">${text.concerns(problem.nodes.map(legible).join(', '))}</p>
          <${Problem} message=${problem.message} remedy=${problem.remedy} />
        </div>`,
    )}
  </section>`
}
