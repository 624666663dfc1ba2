import type { ComponentType, VNode } from 'preact'
import { useEffect, useState } from 'preact/hooks'
import { html } from './element.ts'
import { later } from './later.ts'
import { type Tab, tabs, useView } from './view.ts'

/** Each tab comes when it is opened first: the first sight of the page waits for none but its own. */
const loading: Readonly<Record<Tab, () => Promise<ComponentType>>> = {
  requests: async () => (await import('./requests/requests-tab.ts')).RequestsTab,
  connections: async () => (await import('./connections/connections-tab.ts')).ConnectionsTab,
  map: async () => (await import('./map/map-tab.ts')).MapTab,
  targets: async () => (await import('./targets/targets-tab.ts')).TargetsTab,
  pipeline: async () => (await import('./pipeline/pipeline-tab.ts')).PipelineTab,
  traces: async () => (await import('./traces/traces-tab.ts')).TracesTab,
}

const quietAfterMs = 3_000
const loaded = new Map<Tab, ComponentType>()

/** What the open tab shows. */
export function Contents(): VNode {
  const { tab } = useView()
  const [, setLoaded] = useState<Tab>()
  const Content = loaded.get(tab)
  useEffect(() => void load(tab).then(() => setLoaded(tab)), [tab])
  useEffect(() => {
    const timer = setTimeout(() => void loadOthers(), quietAfterMs)
    return () => clearTimeout(timer)
  }, [])
  return html`${Content && html`<${Content} key=${tab} />`}`
}

async function load(tab: Tab): Promise<void> {
  if (loaded.has(tab)) return
  const content = await later(loading[tab]())
  if (content) loaded.set(tab, content)
}

/** While the collector answers: whoever loses it can still go from tab to tab. */
async function loadOthers(): Promise<void> {
  for (const tab of tabs) await load(tab)
}
