import { shellWord } from '../../runtime/shell.ts'
import { durationText } from '../../runtime/units.ts'
import { counted } from '../figure-text.ts'
import { asFault } from './discovery-checks.ts'
import { broken, type Check, ok, unknown } from './verdict.ts'

export const collectorCheck: Check = {
  name: 'collector',
  link: 'The collector',
  look({ collector }) {
    if ('lack' in collector) {
      const { lack, title, what, remedy } = collector
      const fault = { what: `Asked of ${title}: ${what}.`, remedy }
      return lack === 'hidden'
        ? unknown('Whether one runs is not known.', [fault])
        : broken(lack === 'none' ? 'There is none.' : 'It does not answer.', [fault])
    }
    const { title, ready, reason, pace, log } = collector
    if (!ready)
      return broken(reason ?? 'It is not ready.', [
        { what: 'It is not ready yet. Where no link above says why, its log does.', remedy: log },
      ])
    return pace ? broken('It reads more seldom than it should.', [asFault(pace)]) : ok(`It runs and keeps up: ${title}.`)
  },
}

export const edgesCheck: Check = {
  name: 'edges',
  link: 'Who calls whom',
  look({ collector, sidecars }) {
    if ('lack' in collector) return unknown('Only a collector knows.')
    const { outbound, moving, coveredMs } = collector.edges
    const window = durationText(Math.max(1, Math.round(coveredMs / 1e3)) * 1e3)
    if (outbound === 0) {
      const good = sidecars.find(({ page }) => page === 'good')
      if (!good) return unknown('No page was read yet.')
      const { namespace, pod } = good
      return broken('The sidecars name no service that they could call.', [
        {
          what: 'A sidecar counts what it may call: traffic policies allow nothing, or no service is found.',
          remedy: `osm proxy get clusters ${shellWord(pod)} -n ${shellWord(namespace)} lists what a sidecar may call; TrafficTargets or the permissive mode of the MeshConfig allow more.`,
        },
      ])
    }
    if (moving === 0)
      return unknown(
        `${counted(outbound, 'connection')} between services, and nothing was sent on ${outbound === 1 ? 'it' : 'any'} over the last ${window}.`,
      )
    return ok(`${moving} of ${counted(outbound, 'connection')} between services carried something over the last ${window}.`)
  },
}
