import type { VNode } from 'preact'
import { giveToken, tokenAsked } from './api.ts'
import { html } from './element.ts'
import { useWords } from './setting.ts'
import { useStore } from './store.ts'

const words = {
  en: {
    title: 'This collector asks for its token',
    what: 'It is in the file that http.bearerTokenFile names. This tab keeps it until it is closed.',
    refused: 'That token is not the right one.',
    label: 'Token',
    go: 'Go on',
  },
  zh: {
    title: '此采集器需要令牌',
    what: '令牌在 http.bearerTokenFile 所指定的文件中。令牌只保存在此标签页中，关闭后即清除。',
    refused: '令牌不正确。',
    label: '令牌',
    go: '继续',
  },
}

/** Asks for the collector's token where it wants one. */
export function TokenDialog(): VNode | null {
  const { title, what, refused, label, go } = useWords(words)
  const asked = useStore(tokenAsked)
  if (asked === 'no') return null
  const submit = (event: SubmitEvent) => {
    event.preventDefault()
    const given = new FormData(event.target as HTMLFormElement).get('token')
    if (typeof given === 'string' && given.trim()) giveToken(given)
  }
  return html`<form class="empty" onSubmit=${submit}>
    <h2>${title}</h2>
    <p>${what}</p>
    ${asked === 'refused' && html`<p class="notice failing" role="alert">${refused}</p>`}
    <label>${label} <input name="token" type="password" autocomplete="off" required /></label>
    <button type="submit">${go}</button>
  </form>`
}
