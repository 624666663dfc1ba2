import { isIP } from 'node:net'
import { createSecureContext } from 'node:tls'
import type { ClusterNode } from '../../model/container-use.ts'
import type { Discovered } from '../../model/discovered.ts'
import type { Clock } from '../../runtime/clock.ts'
import { Problem } from '../../runtime/problem.ts'
import type { Telemetry } from '../../telemetry/events.ts'
import type { Ground } from '../answer.ts'
import { BufferPool } from '../buffers.ts'
import type { ScrapeOptions } from '../options.ts'
import { TlsConnection } from '../tls.ts'
import { authorization, trustIn } from './credentials.ts'
import { type Line, type NodeSink, NodeWatch } from './node-watch.ts'
import { kubeletProblems } from './problems.ts'
import { requireNodePage } from './trouble.ts'

/**
 * Reads the cAdvisor of nodes: one GET per node and interval, of those alone on which somebody is scraped.
 *
 * Contract: `sync` takes the full set each time. The token goes to these nodes, or to the API server, over TLS whose other side has proved who it is unless
 * the options say that it need not; no target is ever sent one. `close` ends every read, is safe twice.
 */
export interface Kubelets {
  sync(found: Pick<Discovered, 'nodes' | 'targets'>): void
  close(): Promise<void>
}

export interface KubeletParts {
  readonly clock: Clock
  readonly telemetry: Telemetry
  readonly sink: NodeSink
  /** Where relative paths of the options start from. */
  readonly fileAt: (path: string) => string
  readonly version?: string
}

/** The reader that the options ask for; none where `scrape.cadvisor.from` is off. It begins with the first `sync`. */
export function createKubelets(options: ScrapeOptions, parts: KubeletParts): Kubelets | undefined {
  const { interval: intervalMs, from } = options.cadvisor
  if (from === 'off') return undefined
  const { clock, telemetry, sink } = parts
  const buffers = new BufferPool(options.bodyLimit)
  const nodeParts = {
    clock,
    telemetry,
    sink,
    intervalMs,
    timeoutMs: options.timeout,
    buffers,
    connect: connecting(options, parts, buffers),
  }
  const watches = new Map<ClusterNode['name'], NodeWatch>()
  let isClosed = false
  return {
    sync(found) {
      if (isClosed) return
      const wanted = new Map(nodesOfTargets(found).map((node) => [node.name, node]))
      for (const [name, watch] of watches) {
        const node = wanted.get(name)
        if (node && watch.follows(node)) continue
        watches.delete(name)
        void watch.stop()
        if (!node) sink.nodeHealth(name, undefined)
      }
      const arrivals = [...wanted.values()].filter(({ name }) => !watches.has(name))
      for (const node of arrivals) {
        sink.nodeHealth(node.name, { state: 'waiting', failures: 0 })
        watches.set(node.name, new NodeWatch(node, nodeParts, arrivals.length))
      }
    },
    async close() {
      isClosed = true
      await Promise.all([...watches.values()].map((watch) => watch.stop()))
      watches.clear()
    },
  }
}

/** Where it is not said on which node a target's pod runs, it may be on any. */
function nodesOfTargets({ nodes = [], targets }: Parameters<Kubelets['sync']>[0]): readonly ClusterNode[] {
  const named = new Set(targets.filter(({ pod }) => pod).map(({ node }) => node))
  return named.has(undefined) ? nodes : nodes.filter(({ name }) => named.has(name))
}

function connecting({ cadvisor, allowLoopback }: ScrapeOptions, { clock, version, fileAt }: KubeletParts, buffers: BufferPool) {
  const { from, apiServer, insecureSkipVerify } = cadvisor
  const [tokenFile, caFile] = [fileAt(cadvisor.tokenFile), fileAt(cadvisor.caFile)]
  const userAgent = version === undefined ? 'mesh-telemetry' : `mesh-telemetry/${version}`
  const ground: Ground = { clock, buffers, received: Buffer.alloc(0), allowLoopback, userAgent }
  const way = from === 'apiserver' ? from : 'kubelet'
  const isAnyoneTrusted = way === 'kubelet' && insecureSkipVerify
  return async (node: ClusterNode): Promise<Line> => {
    const url =
      way === 'kubelet' ? urlOf(node) : new URL(`/api/v1/nodes/${encodeURIComponent(node.name)}/proxy/metrics/cadvisor`, apiServer)
    const trust = isAnyoneTrusted ? createSecureContext() : await trustIn(caFile)
    const headers = () => authorization(tokenFile)
    return {
      asker: new TlsConnection(url, { ground, trust, isAnyoneTrusted, headers, requireHead: requireNodePage(way) }),
      path: url.pathname,
    }
  }
}

/** @throws {Problem} `kubelet_no_address` */
function urlOf({ name, address = '', kubeletPort }: ClusterNode): URL {
  const version = isIP(address)
  if (version === 0) throw new Problem(kubeletProblems.kubelet_no_address, `The node ${name} has no address of the type InternalIP.`)
  return new URL(`https://${version === 6 ? `[${address}]` : address}:${kubeletPort}/metrics/cadvisor`)
}
