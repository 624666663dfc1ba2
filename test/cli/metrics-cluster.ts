import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach } from 'vitest'
import { ApiServer } from '../support/api-server.ts'
import { bookstore } from './meshed-cluster.ts'
import { type typed, typedAbout } from './terminal-session.ts'

/** The bookstore's cluster, anew for each test of the file that asks for it. */
export class MetricsCluster {
  server!: ApiServer
  /** A folder for the test's files. */
  room = ''
  kubeconfig = ''

  constructor() {
    beforeEach(async () => {
      this.room = mkdtempSync(join(tmpdir(), 'mesh-telemetry-metrics-'))
      this.server = await ApiServer.start(...bookstore)
      this.kubeconfig = this.server.writeKubeconfig(join(this.room, 'kubeconfig'))
    })
    afterEach(async () => {
      await this.server.stop()
      rmSync(this.room, { recursive: true })
    })
  }

  /** What `mesh-telemetry metrics …` does with it. */
  readonly metrics = (line: string, world: Parameters<typeof typed>[1] = {}) => typedAbout(this.kubeconfig, `metrics ${line}`, world)
}
