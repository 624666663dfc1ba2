import { checkCommand } from './check.ts'
import type { Command } from './command.ts'
import { configPrintCommand } from './config-print.ts'
import { demoCommand } from './demo.ts'
import { edgesCommand } from './edges.ts'
import { runCommand } from './run.ts'
import { scrapeCommand } from './scrape.ts'
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
  configPrintCommand,
  versionCommand,
]
