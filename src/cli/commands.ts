import { checkCommand } from './check.ts'
import type { Command } from './command.ts'
import { configPrintCommand } from './config-print.ts'
import { dashboardCommand } from './dashboard.ts'
import { dashboardsExportCommand } from './dashboards-export.ts'
import { demoCommand } from './demo.ts'
import { doctorCommand } from './doctor.ts'
import { edgesCommand } from './edges.ts'
import { meshListCommand } from './mesh-list.ts'
import { metricsDisableCommand, metricsEnableCommand } from './metrics.ts'
import { namespaceListCommand } from './namespace-list.ts'
import { rowsCommand } from './rows.ts'
import { runCommand } from './run.ts'
import { scrapeCommand } from './scrape.ts'
import { spansCommand } from './spans.ts'
import { targetsCommand } from './targets.ts'
import { versionCommand } from './version.ts'

/** Every command, in the order in which `--help` names them. One more is one file and one line here. */
export const commands: readonly Command[] = [
  demoCommand,
  runCommand,
  checkCommand,
  scrapeCommand,
  targetsCommand,
  edgesCommand,
  rowsCommand,
  spansCommand,
  doctorCommand,
  metricsEnableCommand,
  metricsDisableCommand,
  namespaceListCommand,
  meshListCommand,
  dashboardCommand,
  dashboardsExportCommand,
  configPrintCommand,
  versionCommand,
]

/** The first words of those that have two. */
export const branches: readonly { readonly name: string; readonly summary: string; readonly alias?: string }[] = [
  { name: 'metrics', summary: 'Turn the metrics of namespaces on and off.' },
  { name: 'namespace', alias: 'ns', summary: 'Commands about namespaces.' },
  { name: 'mesh', summary: 'Commands about the meshes of a cluster.' },
  { name: 'dashboards', summary: 'Commands about the dashboards for Grafana.' },
  { name: 'config', summary: 'Commands about the configuration.' },
]
