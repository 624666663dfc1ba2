import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** What the tests look at in a dashboard's file. */
export interface Panel {
  readonly id: number
  readonly type: string
  readonly title: string
  readonly description?: string
  readonly datasource?: { readonly uid: string }
  readonly gridPos: { readonly x: number; readonly y: number; readonly w: number; readonly h: number }
  readonly fieldConfig?: { readonly defaults: { readonly unit?: string } }
  readonly targets?: readonly {
    readonly refId: string
    readonly expr: string
    readonly instant?: boolean
    readonly datasource?: { readonly uid: string }
  }[]
}

export interface Variable {
  readonly name: string
  readonly type: string
  readonly query: string | { readonly query: string }
  readonly regex?: string
  readonly datasource?: { readonly uid: string }
  readonly refresh?: number
  readonly includeAll?: boolean
  readonly allValue?: string
}

export interface Dashboard {
  readonly uid: string
  readonly title: string
  readonly description?: string
  readonly tags: readonly string[]
  readonly id?: null
  readonly panels: readonly Panel[]
  readonly templating: { readonly list: readonly Variable[] }
  readonly links: readonly { readonly keepTime: boolean; readonly includeVars: boolean; readonly tags: readonly string[] }[]
}

export const folder = join(import.meta.dirname, '../../dashboards')

const files = readdirSync(folder).filter((name) => name.endsWith('.json'))

/** The dashboards that are shipped, by their files' names. */
export const shipped: Readonly<Record<string, Dashboard>> = Object.fromEntries(
  files.map((name) => [name, JSON.parse(readFileSync(join(folder, name), 'utf8')) as Dashboard]),
)

/** What a panel or a variable asks Prometheus. */
export interface Question {
  /** `edge.json, Latency, B`: the same from run to run. */
  readonly asker: string
  readonly expr: string
  /** Of the panel. */
  readonly unit?: string
  /** Over a span, for one moment, or the values that one label has on what `expr` selects. */
  readonly form: 'range' | 'instant' | { readonly valuesOf: string }
  /** What a variable cuts its values out with. */
  readonly cut?: RegExp
}

/** All questions of a dashboard's panels. */
export const panelQuestions = (file: string, { panels }: Dashboard): readonly Question[] =>
  panels.flatMap(({ title, fieldConfig, targets = [] }, i) => {
    const row = panels.slice(0, i).findLast(({ type }) => type === 'row')?.title
    const unit = fieldConfig?.defaults.unit ?? ''
    return targets.map(({ refId, expr, instant }): Question => {
      return { asker: `${file}, ${row}, ${title}, ${refId}`, expr, unit, form: instant ? 'instant' : 'range' }
    })
  })

/** The question of a variable, if it asks one. */
export function variableQuestion(file: string, { name, type, query, regex = '' }: Variable): Question | undefined {
  if (type !== 'query') return undefined
  const text = typeof query === 'string' ? query : query.query
  const asker = `${file}, $${name}`
  const values = /^label_values\((?<expr>.+), (?<label>\w+)\)$/s.exec(text)?.groups
  if (values) return { asker, expr: values.expr ?? '', form: { valuesOf: values.label ?? '' } }
  const result = /^query_result\((?<expr>.+)\)$/s.exec(text)?.groups
  if (!result) throw new Error(`${asker} asks in a form that is not known: ${text}`)
  return { asker, expr: result.expr ?? '', form: 'instant', cut: new RegExp(regex.slice(1, -1)) }
}

/** A text with its variables filled in, as Grafana does; one that is not known stays, as there. */
export const filled = (text: string, values: Readonly<Record<string, string>>): string =>
  text.replaceAll(/\$\{?(\w+)\}?/g, (found, name: string) => values[name] ?? found)
