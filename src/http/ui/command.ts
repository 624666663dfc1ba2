import type { VNode } from 'preact'
import { useState } from 'preact/hooks'
import { html } from './element.ts'
import { useWords } from './setting.ts'

const words = {
  en: { copy: 'Copy', copied: 'Copied', failed: 'Select it and copy' },
  zh: { copy: '复制', copied: '已复制', failed: '请选中后复制' },
}

const saidForMs = 2_000

/** Text to type or to put into a file, with a button that copies it. */
export function Command({ text }: { readonly text: string }): VNode {
  const { copy, copied, failed } = useWords(words)
  const [said, setSaid] = useState<string>()
  const take = async () => {
    try {
      await navigator.clipboard.writeText(text)
      setSaid(copied)
    } catch {
      setSaid(failed) // pages that came over plain HTTP from elsewhere than this machine have no clipboard at all
    }
    setTimeout(() => setSaid(undefined), saidForMs)
  }
  return html`<div class="command">
    <pre tabindex="0"><code>${text}</code></pre>
    <button type="button" onClick=${take}><span aria-live="polite">${said ?? copy}</span></button>
  </div>`
}
