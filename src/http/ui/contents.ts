import type { VNode } from 'preact'
import { useEffect, useRef } from 'preact/hooks'
import { Boundary } from './boundary.ts'
import { html } from './element.ts'
import { type Lazy, lazily } from './later.ts'
import { type Tab, useView } from './view.ts'

const contents: Readonly<Record<Tab, Lazy<object>>> = {
  requests: lazily(async () => (await import('./requests/requests-tab.ts')).RequestsTab),
  connections: lazily(async () => (await import('./connections/connections-tab.ts')).ConnectionsTab),
  map: lazily(async () => (await import('./map/map-tab.ts')).MapTab),
  targets: lazily(async () => (await import('./targets/targets-tab.ts')).TargetsTab),
  pipeline: lazily(async () => (await import('./pipeline/pipeline-tab.ts')).PipelineTab),
  traces: lazily(async () => (await import('./traces/traces-tab.ts')).TracesTab),
}

const quietAfterMs = 3_000

/** What the open tab shows. */
export function Contents(): VNode {
  const { tab, path } = useView()
  useEffect(() => {
    const timer = setTimeout(() => void preloadAll(), quietAfterMs)
    return () => clearTimeout(timer)
  }, [])
  useFocusKept(`${tab} ${JSON.stringify(path)}`)
  return html`<${Boundary} key=${tab} of=${JSON.stringify(path)}><${contents[tab]} /></${Boundary}>`
}

/** Whoever followed a link that is gone with its view goes on in the next one; who opens the page begins at its top. */
function useFocusKept(of: string): void {
  const last = useRef(of)
  useEffect(() => {
    if (of !== last.current && document.activeElement === document.body) document.getElementById('content')?.focus({ preventScroll: true })
    last.current = of
  }, [of])
}

/** While the collector answers: whoever loses it can still go from tab to tab. */
async function preloadAll(): Promise<void> {
  for (const { preload } of Object.values(contents)) await preload()
}
