import type { VNode } from 'preact'
import { html } from '../element.ts'
import { useFormat, useWords } from '../setting.ts'
import { legible } from '../who.ts'
import { classesOf, codesOf } from './codes.ts'
import { words } from './words.ts'

interface CodesSetting {
  readonly byCode: Readonly<Record<string, number>>
}

/** Response codes in one line: a bar of their classes, and each code with its count. */
export function CodeBar({ byCode }: CodesSetting): VNode {
  const { noCode } = useWords(words)
  const { shortCount, share } = useFormat()
  const classes = classesOf(byCode)
  const label = classes.map(({ name, share: part }) => `${name || noCode} ${share(part)}`).join(', ')
  let x = 0
  const parts = classes.map(({ family, share: part }) => {
    const from = x
    x += part * 100
    return html`<rect key=${family} class="family-${family}" x=${from} width=${part * 100} y="0" height="6" />`
  })
  return html`<div class="codes">
    <svg viewBox="0 0 100 6" preserveAspectRatio="none" role="img" aria-label=${label}>${parts}</svg>
    <ul>
      ${codesOf(byCode).map(({ name, family, count }) => html`<li key=${name} class="family-${family}"><b>${legible(name) || noCode}</b> ${shortCount(count)}</li>`)}
    </ul>
  </div>`
}

/** Every code with its count and share, and the sums of their classes. */
export function CodeTable({ byCode }: CodesSetting): VNode {
  const text = useWords(words)
  const { count, share } = useFormat()
  const codes = codesOf(byCode)
  return html`<div class="scrolled" role="region" aria-label=${text.codes} tabindex="0">
    <table class="code-table">
      <thead>
        <tr>
          <th scope="col">${text.code}</th>
          <th scope="col" class="figure">${text.count}</th>
          <th scope="col" class="figure">${text.share}</th>
        </tr>
      </thead>
      ${classesOf(byCode).map(
        ({ name, family, ...sum }) =>
          html`<tbody key=${family}>
            <tr class="family">
              <th scope="row">${name || text.noCode}</th>
              <td class="figure">${count(sum.count)}</td>
              <td class="figure">${share(sum.share)}</td>
            </tr>
            ${codes
              .filter((code) => code.family === family && code.name !== name)
              .map(
                (code) =>
                  html`<tr key=${code.name}>
                    <th scope="row">${legible(code.name)}</th>
                    <td class="figure">${count(code.count)}</td>
                    <td class="figure">${share(code.share)}</td>
                  </tr>`,
              )}
          </tbody>`,
      )}
    </table>
  </div>`
}
