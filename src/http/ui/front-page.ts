import { createHash } from 'node:crypto'
import type { EdgesAnswer, StatusAnswer } from '../../model/figures.ts'
import { durationText } from '../../runtime/units.ts'
import { destinationTable } from './destination-table.ts'
import { edgeTable } from './edge-table.ts'
import { Html, html } from './html.ts'

const refreshSeconds = 5
const windows = ['30s', '1m', '5m', '15m', '1h']

const style = `
:root { color-scheme: light dark; font: 15px/1.45 system-ui, sans-serif }
body { margin: 1.5rem; max-width: 100rem }
table { border-collapse: collapse; width: 100% }
th, td { padding: .3rem .6rem; text-align: left; vertical-align: top; border-bottom: 1px solid #8884; font-weight: 400 }
thead th { font-weight: 600 }
small { font-weight: 400; opacity: .75 }
.figure { text-align: right; font-variant-numeric: tabular-nums }
.failing th { font-weight: 600; border-left: 4px solid #d33 }
.idle { opacity: .6 }
nav a { margin-right: .8rem }
`

/** The page's own style is the only thing that it may load or run: no script, no picture, nothing from elsewhere. */
export const contentSecurityPolicy = [
  "default-src 'none'",
  `style-src 'sha256-${createHash('sha256').update(style).digest('base64')}'`,
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ')

/** The front page: who calls whom, refreshed by itself. */
export function frontPage(answer: EdgesAnswer, status: StatusAnswer): string {
  const asked = durationText(answer.windowMs)
  const covered = durationText(Math.round(answer.coveredMs / 1_000) * 1_000)
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta http-equiv="refresh" content="${refreshSeconds}" />
        <title>mesh-telemetry: who calls whom</title>
        ${styleElement}
      </head>
      <body>
        <h1>Who calls whom</h1>
        <p>
          Rates and shares are over the last ${asked}${covered === asked ? '' : `, of which ${covered} are known`}; as of
          ${new Date(answer.atMs).toISOString()}. Window:
          <span>${windows.map((window) => html`<a href="/?window=${window}">${window}</a> `)}</span>
        </p>
        ${notes(status)} ${answer.edges.length > 0 ? edgeTable(answer.edges, covered) : html`<p>Nobody has called anybody yet.</p>`}
        ${destinationTable(status.destinations, answer.atMs)}
        <nav>
          <p>
            <a href="/api/v1/targets">Who is scraped, and who is not and why</a>
            <a href="/api/v1/edges?window=${asked}">This table as JSON</a> <a href="/api/v1/status">Status</a>
            <a href="/metrics/edges">Metrics per edge</a> <a href="/metrics/osm">Metrics as OSM names them</a>
            <a href="/openapi.json">API</a>
          </p>
        </nav>
        <p><small>mesh-telemetry ${status.version}</small></p>
      </body>
    </html> `.text
}

const styleElement = new Html(`<style>${style}</style>`)

/** What a reader must know to judge the table. */
function notes({ ready, reason, discovery, scrape, targets, dropped }: StatusAnswer): readonly Html[] {
  const list = (counts: Readonly<Record<string, number>>) =>
    Object.entries(counts)
      .map(([name, count]) => `${count} ${name}`)
      .join(', ') || 'none'
  return [
    ...(ready ? [] : [html`<p><strong>Not ready: ${reason ?? 'waiting for the first complete round of scrapes'}.</strong></p>`]),
    ...(scrape.problem ? [html`<p><strong>${scrape.problem.message}</strong> ${scrape.problem.remedy}</p>`] : []),
    ...discovery.problems.map(({ message, file, line, remedy }) => html`<p><strong>${place(file, line)}${message}</strong> ${remedy}</p>`),
    html`<p>Scraped: ${list(targets)}. Not scraped: ${list(dropped)}. <small>${discovery.rule}</small></p>`,
  ]
}

const place = (file: string | null, line: number | null): string => (file === null ? '' : `${file}${line === null ? '' : `:${line}`}: `)
