import { join } from 'node:path'
import { shellWord } from '../runtime/shell.ts'
import { command, type Option } from './command.ts'
import { exitCodes } from './context.ts'
import { dashboardFiles, datasourceFile } from './dashboards-files.ts'
import { writeFiles } from './dashboards-writing.ts'
import { printable } from './terminal.ts'

export const dashboardsExportCommand = command({
  name: 'dashboards export',
  summary: 'Write dashboards, alert rules and provisioning files into a folder.',
  options: {
    folder: { flags: '--folder <folder>', help: 'where to; it is made if need be', default: 'mesh-telemetry-dashboards' } as Option<string>,
    datasource: {
      flags: '--datasource <uid>',
      help: 'the data source in Grafana that the dashboards ask at first; else its default one',
      parse: uidIn,
    } as Option<string | undefined>,
    collector: {
      flags: '--collector <host:port>',
      help: 'where Prometheus fetches from; else the service in a cluster',
      parse: addressIn,
    } as Option<string | undefined>,
    runbooks: {
      flags: '--runbooks <url>',
      help: 'where the pages of docs/runbooks are to be read; alerts then link to theirs',
      parse: folderUrlIn,
    } as Option<string | undefined>,
    force: { flags: '--force', help: 'write over files that say something else' } as Option<boolean | undefined>,
  },
  notes: `What it writes:
  Five dashboards for Grafana, alert rules and scrape jobs for Prometheus, and
  the files that make Grafana load them by itself. The dashboards keep their
  choice of data source; with --datasource it stands on that one, and no data
  source of our own is written. The uid stands in the address of the data
  source's settings. Alerts name their pages in the annotation runbook, as a
  path in this project; with --runbooks also in runbook_url, of which Grafana
  and templates of Alertmanager make a link.

What it prints:
  Each file, and where they belong. Files that are there already and say
  something else are left as they are, nothing is written then, and the exit
  code is 1; --force writes over them.

Examples:
  $ mesh-telemetry dashboards export
  $ mesh-telemetry dashboards export --folder grafana --datasource prom-1
  $ mesh-telemetry dashboards export --collector 127.0.0.1:9464
  $ mesh-telemetry dashboards export --runbooks https://wiki.example.com/mesh`,
  async run({ folder, datasource, collector, runbooks, force = false }, context) {
    const files = await dashboardFiles({ datasource, collector, runbooks })
    const written = await writeFiles(files, { folder, force })
    const lines = [
      ...written.map(({ path, change }) => `${change.padEnd(9)} ${path}`),
      '',
      ...whereTo(folder, { withDatasource: datasource === undefined }),
    ]
    context.stdout.write(lines.map((line) => `${printable(line)}\n`).join(''))
    return exitCodes.fine
  },
})

function whereTo(folder: string, { withDatasource }: { readonly withDatasource: boolean }): string[] {
  const at = (path: string) => join(folder, path)
  return [
    'Where they belong:',
    '  Grafana in a cluster, with the sidecar of its Helm chart (sidecar.dashboards.enabled):',
    `    kubectl apply --server-side -n NAMESPACE -k ${shellWord(folder)}`,
    '  Grafana elsewhere, then restart it; or import each by hand (Dashboards, New, Import):',
    `    ${at('*.json')} into /var/lib/grafana/dashboards/mesh-telemetry`,
    `    ${at('provisioning/grafana/dashboards.yaml')} into /etc/grafana/provisioning/dashboards`,
    ...(withDatasource
      ? [`    ${at(datasourceFile)} into /etc/grafana/provisioning/datasources, your Prometheus in it, if it has none yet`]
      : []),
    '  Prometheus:',
    `    the jobs of ${at('provisioning/prometheus.yaml')} into scrape_configs, ${at('alerts/*.yaml')} into rule_files`,
  ]
}

/** As scrape jobs have it. */
function addressIn(text: string): string {
  const [, port] = /^(?:[\w.-]+|\[[\da-f:]+\]):(\d{1,5})$/i.exec(text) ?? []
  if (!(Number(port) >= 1 && Number(port) <= 65_535)) throw new Error('It is a host and a port such as 127.0.0.1:9464.')
  return text
}

/** Without the slash at its end. Names of pages follow, so that it has no query; Prometheus would read braces as a template. */
function folderUrlIn(text: string): string {
  if (!/^https?:\/\/[^\s{}?#]+$/i.test(text) || !URL.canParse(text))
    throw new Error('It is the address of a folder such as https://wiki.example.com/mesh.')
  return text.replace(/\/+$/, '')
}

/** As Grafana takes them. */
function uidIn(text: string): string {
  if (!/^[\w-]{1,40}$/.test(text)) throw new Error('It is a uid such as prom-1: up to 40 letters, digits, hyphens and underscores.')
  return text
}
