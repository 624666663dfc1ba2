import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { stringify } from 'yaml'
import { filled, panelQuestions, shipped } from '../../dashboards/grafana.ts'
import { growing, seriesText, steady } from './alert-case.ts'
import { promtool } from './promtool.ts'

/** As many minutes before the moment of asking, and as many of each time. */
const macros = { __range: '5m', before: '10m', calling_namespace: '.*', called_namespace: '.*', kinds: 'service' }
const asker = 'mesh-overview.json, What changed, Edges that changed most, A'

const ends = (source: string) => ({ source_workload: source, destination_service: 'cart' })
const edge = (source: string) =>
  seriesText('mesh_requests_total', { direction: 'outbound', destination_kind: 'service', response_code: '200', ...ends(source) })

const lasting = { [edge('lasting')]: growing({ by: 60, minutes: 31 }), [edge('idle')]: steady(7, 31) }
const begun = { [edge('begun')]: `_x21 ${growing({ by: 60, minutes: 10 })}` }
const gone = { [edge('gone')]: growing({ by: 120, minutes: 21 }) }

/** What there was in half an hour once a minute, and how many requests per second more an edge has at its end than ten minutes before. */
const cases: readonly {
  readonly when: string
  readonly series: Readonly<Record<string, string>>
  readonly more: Record<string, number>
}[] = [
  { when: 'edges that came and went are listed, others not', series: { ...lasting, ...begun, ...gone }, more: { begun: 1, gone: -2 } },
  { when: 'nothing changed', series: lasting, more: {} },
  { when: 'nothing was known then', series: begun, more: {} },
]

/** The panel tells a new edge from a Prometheus that is new itself. */
export async function changedEdgesAreListed(executable: string, scratch: string): Promise<readonly string[]> {
  const questions = Object.entries(shipped).flatMap(([name, dashboard]) => panelQuestions(name, dashboard))
  const question = questions.find((each) => each.asker === asker)
  if (!question) return [`there is no question ${asker}`]
  const tests = cases.map(({ when, series, more }) => ({
    name: when,
    interval: '1m',
    input_series: Object.entries(series).map(([name, values]) => ({ series: name, values })),
    promql_expr_test: [
      {
        expr: `round(${filled(question.expr, macros)}, 0.001)`,
        eval_time: '30m',
        exp_samples: Object.entries(more).map(([source, value]) => ({ labels: seriesText('', ends(source)), value })),
      },
    ],
  }))
  const file = join(scratch, 'changed-edges.test.yaml')
  await writeFile(file, stringify({ evaluation_interval: '1m', tests }, { lineWidth: 0 }))
  const { code, said } = await promtool(executable, ['test', 'rules', file])
  return code === 0 ? [] : said
}
