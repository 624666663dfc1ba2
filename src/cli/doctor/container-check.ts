import { counted } from '../figure-text.ts'
import { asFault } from './discovery-checks.ts'
import type { ContainerFacts, Facts } from './facts.ts'
import { broken, type Check, type Finding, ok, unknown } from './verdict.ts'

/** So many nodes of one fault are named. */
const namedNodes = 3

const containersOf = ({ collector }: Facts): ContainerFacts | undefined => ('lack' in collector ? undefined : collector.containers)

/** A link only where the collector is to read nodes, which is off unless somebody wants it. */
export const containersCheck: Check = {
  name: 'containers',
  link: 'CPU and memory of containers, from their nodes',
  isLink: (facts) => containersOf(facts) !== undefined,
  look(facts) {
    const containers = containersOf(facts)
    return containers ? lookAt(containers) : unknown('No node is to be asked.')
  },
}

function lookAt({ nodes: { up = 0, waiting = 0, failing = 0, stale = 0 }, samples, problems, unlisted }: ContainerFacts): Finding {
  const all = up + waiting + failing + stale
  const silent = failing + stale
  if (silent > 0)
    return broken(
      `${silent} of ${counted(all, 'node')} cannot be read.`,
      problems.map(({ nodes, ...problem }) => {
        const { what, remedy } = asFault(problem)
        return { what: `${listed(nodes)}: ${what}`, remedy }
      }),
    )
  if (all === 0)
    return unlisted ? broken('Which nodes there are is not known.', [asFault(unlisted)]) : unknown('No node with a scraped pod is known.')
  if (up === 0) return unknown('No node was asked yet.')
  if (samples === 0) return unknown(`${counted(up, 'node')} read, and none tells of a scraped pod.`, [silence])
  return ok(
    `${counted(up, 'node')} read, with ${counted(samples, 'sample')} of scraped pods.${waiting > 0 ? ` ${waiting} not asked yet.` : ''}`,
  )
}

const silence = {
  what: 'cAdvisor takes a quarter of a minute to notice a new pod; some container runtimes keep from it what containers use.',
  remedy: "Look at a node's page: kubectl get --raw /api/v1/nodes/NODE/proxy/metrics/cadvisor | grep ^container_memory_rss",
}

function listed(nodes: readonly string[]): string {
  const rest = nodes.length - namedNodes
  return rest > 0 ? `${nodes.slice(0, namedNodes).join(', ')} and ${rest} more` : nodes.join(', ')
}
