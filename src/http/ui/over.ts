import type { VNode } from 'preact'
import type { EdgesAnswer } from '../../model/figures.ts'
import { type Covered, coveredOf, isShort } from './covered.ts'
import { html } from './element.ts'
import { useFormat, useWords } from './setting.ts'
import { useView } from './view.ts'

/** What figures are over, said alike wherever there are figures. */

const words = {
  en: {
    over: (span: string) => `over ${span}`,
    figures: (span: string) => `Figures over ${span}`,
    ending: (moment: string) => `, ending ${moment}`,
    short: (covered: string, wanted: string) => `Only ${covered} of the ${wanted} asked for are kept; figures are over these.`,
    now: 'now',
    at: (time: string) => `at ${time}`,
  },
  zh: {
    over: (span: string) => `${span}内`,
    figures: (span: string) => `数字均为 ${span}内`,
    ending: (moment: string) => `，截至 ${moment}`,
    short: (covered: string, wanted: string) => `要求的时间范围为 ${wanted}，目前只保存了 ${covered}；数字均按后者计算。`,
    now: '当前',
    at: (time: string) => `${time} 时`,
  },
}

/** The window of what is counted; empty until there is an answer. */
export function useOver(answer: Covered | undefined): string {
  const { over } = useWords(words)
  const { span } = useFormat()
  return answer ? over(span(coveredOf(answer))) : ''
}

/** The same as a line above a table: it is said once, not in each head. A window of the past says when that was. */
export function useFiguresOver(answer: (Pick<EdgesAnswer, 'atMs'> & Covered) | undefined): string | undefined {
  const { figures, ending } = useWords(words)
  const { span, moment } = useFormat()
  const isPast = useView().filters.until !== undefined
  return answer && figures(span(coveredOf(answer))) + (isPast ? ending(moment(answer.atMs)) : '')
}

/** The moment of what stands, as open connections: the end of the window. */
export function useAt(answer: Pick<EdgesAnswer, 'atMs'> | undefined): string {
  const { now, at } = useWords(words)
  const { time } = useFormat()
  return useView().filters.until === undefined || !answer ? now : at(time(answer.atMs))
}

/** Where less is kept than was asked for. */
export function Short({ answer }: { readonly answer: Covered }): VNode {
  const { short } = useWords(words)
  const { span } = useFormat()
  return html`${isShort(answer) && html`<p class="said">${short(span(answer.coveredMs), span(answer.windowMs))}</p>`}`
}
