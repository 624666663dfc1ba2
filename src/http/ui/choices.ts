import type { VNode } from 'preact'
import type { EdgesAnswer } from '../../model/figures.ts'
import { useCollector } from './collector.ts'
import { edgesPath } from './edges-query.ts'
import { html } from './element.ts'
import { usePolled } from './polled.ts'
import { useWords } from './setting.ts'
import { changed, go, noFilters, useView } from './view.ts'
import { calledServiceOf, legible, namespaceOf, sourceOf } from './who.ts'

const words = {
  en: { namespace: 'Namespace', service: 'Service', all: 'all' },
  zh: { namespace: '命名空间', service: '服务', all: '全部' },
}

/** Names to choose from change seldom, and are many. */
const everyMs = 60_000

const distinct = (names: readonly string[]): string[] => [...new Set(names)].filter((name) => name !== '').sort()

/** Namespaces to choose from, which discovery and calls name; and services, of the namespace that is chosen. */
export function Choices({ withServices }: { readonly withServices: boolean }): VNode {
  const view = useView()
  const { namespace = '', service = '' } = view.filters
  const named = useCollector()?.discovery.namespaces ?? []
  const { answer } = usePolled<EdgesAnswer>(edgesPath({ ...view, filters: noFilters }, { by: 'pair' }), { everyMs })
  const services = (answer?.edges ?? []).flatMap(({ labels }) => [sourceOf(labels), calledServiceOf(labels)]).filter(namespaceOf)
  const fitting = services.filter((one) => namespace === '' || namespaceOf(one) === namespace)
  return html`<${Choice} of="namespace" values=${distinct([...services.map(namespaceOf), ...named, namespace])} />
    ${withServices && html`<${Choice} of="service" values=${distinct([...fitting, service])} />`}`
}

function Choice({ of, values }: { readonly of: 'namespace' | 'service'; readonly values: readonly string[] }): VNode {
  const text = useWords(words)
  const view = useView()
  const value = view.filters[of] ?? ''
  const choose = (event: Event) => go(changed(view, { filters: { [of]: (event.target as HTMLSelectElement).value } }))
  return html`<label>
    ${text[of]}
    <select value=${value} onChange=${choose}>
      <option value="" selected=${value === ''}>${text.all}</option>
      ${values.map((one) => html`<option key=${one} value=${one} selected=${one === value}>${legible(one)}</option>`)}
    </select>
  </label>`
}
