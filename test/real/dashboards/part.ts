import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import type { DemoMesh } from '../../../src/demo/mesh.ts'
import { CollectorProcess } from '../collector-process.ts'
import { beforeLoadMs, withDemoMesh } from '../demo-mesh.ts'
import type { RealOutcome, RealPart, RealSetting } from '../part.ts'
import { installPrometheus } from '../prometheus/install.ts'
import { PrometheusServer } from '../prometheus/server.ts'
import { askEverything } from './asking.ts'

/** A real Prometheus that scraped the collector of the demo's mesh must answer whatever the shipped dashboards ask. */
export const dashboardsPart: RealPart = { name: 'dashboards', deadlineMs: 180_000, run }

/** The mesh's time goes so much faster than the real one, so that every kind of trouble is seen in half a minute. */
const haste = 6
const stepMs = 50

async function run(setting: RealSetting): Promise<RealOutcome> {
  const { log, scratch, signal } = setting
  const installed = await installPrometheus(signal)
  if ('why' in installed) return { outcome: 'not run', why: installed.why }
  log(`Prometheus ${installed.version}`)
  return withDemoMesh(scratch, async (mesh, config) => {
    const collector = await CollectorProcess.run({ ...config, state: { path: join(scratch, 'state') } }, { scratch })
    try {
      const place = { executable: installed.path, scratch: join(scratch, 'prometheus'), signal }
      await using server = await PrometheusServer.start(scraping(collector.url), place)
      await mesh.advance(beforeLoadMs)
      await everyTrouble(mesh)
      return outcomeOf(await askEverything(server, log))
    } finally {
      await collector.stop()
    }
  })
}

/** Both pages that the dashboards read, with the labels that they get by the ServiceMonitor: the same job, and the page in a label. */
function scraping(url: string): object {
  const relabel_configs = [
    { target_label: 'job', replacement: 'mesh-telemetry' },
    { source_labels: ['__metrics_path__'], target_label: 'metrics_path' },
  ]
  const static_configs = [{ targets: [new URL(url).host] }]
  const job = (job_name: string, metrics_path: string) => ({ job_name, metrics_path, static_configs, relabel_configs })
  return {
    global: { scrape_interval: '1s', scrape_timeout: '1s' },
    scrape_configs: [job('mesh', '/metrics/edges'), job('mesh-telemetry', '/metrics')],
  }
}

async function everyTrouble(mesh: DemoMesh): Promise<void> {
  for (let doneMs = 0; doneMs < mesh.firstCycleMs; doneMs += stepMs * haste) {
    await pause(stepMs)
    await mesh.advance(stepMs * haste)
  }
}

function outcomeOf({ wrong, figures }: Awaited<ReturnType<typeof askEverything>>): RealOutcome {
  return wrong.length === 0 ? { outcome: 'passed', figures } : { outcome: 'failed', why: wrong.join('\n'), figures }
}
