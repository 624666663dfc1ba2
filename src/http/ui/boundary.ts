import { Component, type ComponentChildren, type VNode } from 'preact'
import { html } from './element.ts'
import { useWords } from './setting.ts'

const words = {
  en: { failed: 'This part of the page has a defect and cannot be shown: ', again: 'Try again' },
  zh: { failed: '页面的这一部分出错，无法显示：', again: '重试' },
}

interface Setting {
  /** What is shown inside; something else may do better. */
  readonly of: string
  readonly children: ComponentChildren
}

interface State {
  readonly of?: string
  readonly failed?: string | undefined
}

/** What fails inside of it takes nothing else of the page with it. */
export class Boundary extends Component<Setting, State> {
  override state: State = {}

  static override getDerivedStateFromProps({ of }: Setting, last: State): State | null {
    return last.of === of ? null : { of, failed: undefined }
  }

  static override getDerivedStateFromError(error: unknown): State {
    return { failed: String(error) }
  }

  override componentDidCatch(error: unknown): void {
    reportError(error) // as if nobody had caught it: the browser's console has the rest
  }

  override render({ children }: Setting): VNode {
    const { failed } = this.state
    return failed === undefined ? html`${children}` : html`<${Failed} why=${failed} again=${() => this.setState({ failed: undefined })} />`
  }
}

function Failed({ why, again }: { readonly why: string; readonly again: () => void }): VNode {
  const text = useWords(words)
  return html`<p class="notice failing" role="alert">${text.failed}${why} <button type="button" onClick=${again}>${text.again}</button></p>`
}
