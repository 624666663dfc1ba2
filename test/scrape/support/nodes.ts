import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { onTestFinished } from 'vitest'
import type { ClusterNode, NodeHealth } from '../../../src/model/container-use.ts'
import { systemClock } from '../../../src/runtime/clock.ts'
import type { Problem } from '../../../src/runtime/problem.ts'
import { createKubelets } from '../../../src/scrape/kubelet/kubelets.ts'
import { scrapeOptions } from '../../../src/scrape/options.ts'
import { FakeKubelet } from '../../support/kubelet.ts'
import { testTelemetry } from '../../support/telemetry.ts'
import { target } from './desk.ts'

/** What a kubelet shows that nobody vouches for. */
export const stranger = {
  cert: readFileSync(join(import.meta.dirname, '../../http/certificates/first.crt'), 'utf8'),
  key: readFileSync(join(import.meta.dirname, '../../http/certificates/first.key'), 'utf8'),
}

/** A kubelet for the length of a test. */
export async function kubelet(settings: Parameters<typeof FakeKubelet.start>[0] = {}): Promise<FakeKubelet> {
  const made = await FakeKubelet.start(settings)
  onTestFinished(() => made[Symbol.asyncDispose]())
  made.page = 'a page of it\n'
  return made
}

export const nodeAt = (port: number, change: Partial<ClusterNode> = {}): ClusterNode => ({
  name: 'n1',
  address: '127.0.0.1',
  kubeletPort: port,
  ...change,
})
export const podOn = (node: string | undefined, name = 'cart') =>
  target(`${name}:15010`, 'http://10.0.0.1:15010', { pod: { namespace: 'shop', name, uid: name }, ...(node !== undefined && { node }) })

/** Whoever reads nodes, each every 40 ms, and what comes out of it. */
export function reading(at: FakeKubelet, { cadvisor = {}, ...more }: { cadvisor?: object; [option: string]: unknown } = {}) {
  const pages: { readonly node: string; readonly text: string }[] = []
  const health = new Map<string, NodeHealth>()
  const telemetry = testTelemetry()
  const own = { from: 'kubelet', tokenFile: at.tokenFile, caFile: at.caFile, ...cadvisor }
  const options = scrapeOptions.parse({ interval: '5s', allowLoopback: true, bodyLimit: '64KiB', ...more, cadvisor: own })
  const desk = { judge: (_text: string): { samples: number } | Problem => ({ samples: 2 }) }
  const kubelets = createKubelets(
    { ...options, cadvisor: { ...options.cadvisor, interval: 40 } },
    {
      clock: systemClock,
      telemetry,
      fileAt: (path) => path,
      version: '1.2.3',
      sink: {
        nodePage({ node, body }) {
          pages.push({ node, text: body.toString() })
          return desk.judge(body.toString())
        },
        nodeHealth: (node, told) => void (told ? health.set(node, told) : health.delete(node)),
      },
    },
  )
  if (!kubelets) throw new Error('it is off')
  onTestFinished(() => kubelets.close())
  const until = async (holds: () => unknown) => {
    const end = performance.now() + 20_000
    while (!holds()) {
      if (performance.now() > end) throw new Error(`it never came: ${JSON.stringify([...health])}`)
      await pause(5)
    }
  }
  /** What is said of a node, once something was. */
  const trouble = async (node = 'n1') => {
    await until(() => health.get(node)?.error)
    return health.get(node)?.error
  }
  const sync = (nodes: readonly ClusterNode[], targets = [podOn('n1')]) => kubelets.sync({ nodes, targets })
  return { kubelets, sync, until, trouble, pages, health, telemetry, desk }
}
