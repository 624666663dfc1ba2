import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import type { Sent } from './page-server.ts'

interface Serving {
  readonly targets: number
  readonly clusters: number
  /** How many pages of a target differ; from then on the last one is served. */
  readonly pages?: number
}

/** The simulated sidecars, in a process of their own; resolves when all listen. */
export async function startPageServer({ targets, clusters, pages = 24 }: Serving): Promise<ChildProcess> {
  const server = fork(join(import.meta.dirname, 'page-server.ts'), [targets, clusters, pages].map(String))
  await once(server, 'message')
  return server
}

/** What they have sent so far. */
export async function sent(server: ChildProcess): Promise<Sent> {
  server.send('how much')
  const [answer] = (await once(server, 'message')) as [Sent]
  return answer
}

export async function stopPageServer(server: ChildProcess): Promise<void> {
  server.disconnect()
  await once(server, 'exit')
}
