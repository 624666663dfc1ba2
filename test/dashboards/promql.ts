import { parser } from '@prometheus-io/lezer-promql'

/** A selector of series: its metric, and its label matchers as they are written. */
export interface Selector {
  readonly metric: string
  /** `="outbound"` by `direction`. */
  readonly matchers: Readonly<Record<string, string>>
}

export interface Reading {
  /** Where an expression cannot be read, the text there. */
  readonly errors: readonly string[]
  readonly selectors: readonly Selector[]
  /** Labels that sums keep. */
  readonly groupedBy: readonly string[]
  /** Labels that label_replace makes. */
  readonly made: readonly string[]
}

/** What an expression says, by the grammar of Prometheus' own editor. */
export function readingOf(expr: string): Reading {
  const errors: string[] = []
  const selectors: { metric: string; matchers: Record<string, string> }[] = []
  const groupedBy: string[] = []
  const text = (node: { readonly from: number; readonly to: number } | null | undefined) => (node ? expr.slice(node.from, node.to) : '')
  parser.parse(expr).iterate({
    enter(node) {
      if (node.type.isError) errors.push(expr.slice(Math.max(0, node.from - 20), node.to + 20))
      if (node.name === 'VectorSelector') selectors.push({ metric: text(node.node.getChild('Identifier')), matchers: {} })
      if (node.name === 'UnquotedLabelMatcher') {
        const label = node.node.getChild('LabelName')
        Object.assign(selectors.at(-1)?.matchers ?? {}, { [text(label)]: expr.slice(label?.to, node.to) })
      }
      if (node.name === 'GroupingLabels') groupedBy.push(...node.node.getChildren('LabelName').map(text))
    },
  })
  const made = [...expr.matchAll(/, "(?<label>\w+)", "[^"]*", "\w+", "[^"]*"\)/g)].map(({ groups }) => groups?.label ?? '')
  return { errors, selectors, groupedBy, made }
}
