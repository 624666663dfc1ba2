import type { VNode } from 'preact'
import { html } from '../element.ts'
import { useFormat, useWords } from '../setting.ts'
import { words } from './words.ts'

/** What each reason of the collector's failures means; one that is missing here still shows its name and count. */
export const reasonMeanings: Readonly<Record<'en' | 'zh', Readonly<Record<string, string>>>> = {
  en: {
    timeout: 'No answer came within the time that the route allows.',
    reset_local: 'The calling sidecar ended the request before its answer was complete.',
    reset_remote: 'The called side ended the request before its answer was complete.',
    pending_overflow: 'Too many requests already waited for a connection (circuit breaker), so this one was refused at once.',
    ejected: 'The request waited for a connection, and that one failed.',
    connect_fail: 'No connection came about: nobody listens, the pod is gone, or a certificate was refused.',
    connect_timeout: 'No connection came about in time; counted under connect_fail as well.',
    destroyed_local: 'The calling sidecar closed the connection while a request was under way on it.',
    destroyed_remote: 'The called side closed the connection while a request was under way on it.',
  },
  zh: {
    timeout: '在路由允许的时间内没有应答。',
    reset_local: '应答完成之前，调用方的边车中止了请求。',
    reset_remote: '应答完成之前，被调用方中止了请求。',
    pending_overflow: '等待连接的请求已经太多（熔断），因此立即被拒绝。',
    ejected: '请求在等待连接，而该连接失败了。',
    connect_fail: '未能建立连接：无人监听、Pod 已不存在，或证书被拒绝。',
    connect_timeout: '未能及时建立连接；同时计入 connect_fail。',
    destroyed_local: '请求还在进行时，调用方的边车关闭了连接。',
    destroyed_remote: '请求还在进行时，被调用方关闭了连接。',
  },
}

interface ReasonsSetting {
  readonly caption: string
  readonly byReason: Readonly<Record<string, number>>
  /** The window that the counts are of, in words. */
  readonly over: string
  /** How the counts are to be read. */
  readonly note: string
}

/** Why something failed, the most frequent reason first, and what each means. */
export function Reasons({ caption, byReason, over, note }: ReasonsSetting): VNode {
  const text = useWords(words)
  const meaning = useWords(reasonMeanings)
  const { count } = useFormat()
  const reasons = Object.entries(byReason)
    .filter(([, times]) => times > 0)
    .toSorted((a, b) => b[1] - a[1] || a[0].localeCompare(b[0]))
  if (reasons.length === 0) return html`<p class="said">${text.none(over)}</p>`
  return html`<p class="said">${note}</p>
    <div class="scrolled" role="region" aria-label=${caption} tabindex="0">
      <table class="reasons">
        <thead>
          <tr>
            <th scope="col">${text.reason}</th>
            <th scope="col" class="figure">${text.count}</th>
            <th scope="col">${text.meaning}</th>
          </tr>
        </thead>
        <tbody>
          ${reasons.map(
            ([reason, times]) =>
              html`<tr key=${reason}>
                <th scope="row"><code>${reason}</code></th>
                <td class="figure failing-figure">${count(times)}</td>
                <td>${meaning[reason] ?? ''}</td>
              </tr>`,
          )}
        </tbody>
      </table>
    </div>`
}
