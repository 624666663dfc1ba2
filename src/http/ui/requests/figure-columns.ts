import type { EdgeFigures, EdgesAnswer } from '../../../model/figures.ts'
import { failingShare } from '../failing.ts'
import { evenRates } from '../covered.ts'
import { html } from '../element.ts'
import type { Format } from '../format.ts'
import { Sparkline } from '../sparkline.ts'
import type { Column } from '../table.ts'
import type { words } from './words.ts'

/** Columns that sources and destinations have alike. */

export interface ColumnSetting {
  readonly text: typeof words.en
  readonly format: Format
  readonly steps: EdgesAnswer['steps']
  readonly shortestSeconds: number
}

type EdgeColumn = Column<EdgeFigures>

export const classOf = ({ requests }: EdgeFigures): string => ((requests?.errorRatio ?? 0) >= failingShare ? 'failing' : '')

export function requestColumns({ text, format }: ColumnSetting): { readonly requests: EdgeColumn; readonly perSecond: EdgeColumn } {
  return {
    requests: {
      key: 'requests',
      title: text.requests,
      isFigure: true,
      isMinor: true,
      cell: ({ requests }) => format.count(requests?.inWindow),
      by: ({ requests }) => requests?.inWindow,
    },
    perSecond: {
      key: 'rps',
      title: text.perSecond,
      isFigure: true,
      cell: ({ requests }) => format.perSecond(requests?.perSecond),
      by: ({ requests }) => requests?.perSecond,
    },
  }
}

export function clientErrorColumn({ text, format }: ColumnSetting): EdgeColumn {
  return {
    key: '4xx',
    title: text.clientErrors,
    hint: text.clientErrorsHint,
    isFigure: true,
    isMinor: true,
    cell: ({ requests }) => format.share(requests?.clientErrorRatio),
    by: ({ requests }) => requests?.clientErrorRatio,
  }
}

export function latencyColumn(quantile: 'p50' | 'p90' | 'p95' | 'p99', { text, format }: ColumnSetting): EdgeColumn {
  return {
    key: quantile,
    title: quantile.toUpperCase(),
    hint: text.latencyHint,
    isFigure: true,
    isMinor: quantile !== 'p90',
    cell: ({ latencySeconds }) => format.latency(latencySeconds?.[quantile]),
    by: ({ latencySeconds }) => latencySeconds?.[quantile],
  }
}

export function trendColumn({ text, format, steps = [], shortestSeconds }: ColumnSetting): EdgeColumn {
  return {
    key: 'trend',
    title: text.trend,
    note: text.trendNote,
    isMinor: true,
    cell: ({ trend }) => {
      const values = evenRates(trend?.requests ?? [], steps, { shortestSeconds })
      const bad = evenRates(trend?.errors ?? [], steps, { shortestSeconds })
      const label = text.trendLabel(format.perSecond(Math.max(0, ...values)), format.perSecond(Math.max(0, ...bad)))
      return html`<${Sparkline} values=${values} bad=${bad} label=${label} />`
    },
  }
}
