import { setTimeout as pause } from 'node:timers/promises'
import { compileFloor } from '../floor.ts'
import { type Reader, startCollector, startFloor } from '../readers.ts'
import type { Contender, Starting } from './contender.ts'
import { installPeer } from './install.ts'
import { peers, startPeer } from './programs.ts'

const edgesEveryMs = 15_000

const floor = { reference: 'floor', install: compileFloor, start: startTheFloor } as const
const collector = { reference: 'collector', install: () => Promise.resolve({ path: process.execPath }), start: startServing } as const

const peerContenders = Object.entries(peers).map(([name, peer]): [string, Contender] => [
  name,
  { title: peer.title, filter: 'off', install: () => installPeer(peer.recipe), start: (starting) => startPeer(peer, starting) },
])

/** In the table's order. */
export const contenders: Readonly<Record<string, Contender>> = {
  floor: { title: 'floor', filter: 'off', ...floor },
  'mesh-telemetry': { title: 'mesh-telemetry', filter: 'off', ...collector },
  ...Object.fromEntries(peerContenders),
  'floor-filtered': { title: 'floor, filtered', filter: 'auto', ...floor },
  'mesh-telemetry-filtered': { title: 'mesh-telemetry, filtered', filter: 'auto', ...collector },
}

function startTheFloor({ executable, scenario, scratch }: Starting): Promise<Reader> {
  return startFloor(executable, scenario, scratch)
}

/** The whole pipeline: whoever scrapes the collector asks for its edges. */
async function startServing({ scenario, scratch }: Starting): Promise<Reader> {
  const collecting = await startCollector(scenario, scratch)
  const stopping = new AbortController()
  const asked = askForEdges(collecting.url, stopping.signal).catch((error: unknown) => error)
  const stop = async () => {
    stopping.abort()
    const failure = await asked
    await collecting.stop()
    if (failure instanceof Error) throw failure
  }
  return { pid: collecting.pid, stop }
}

/** Begins in the middle, so that as many answers fall into each time that is measured. */
async function askForEdges(url: string, signal: AbortSignal): Promise<void> {
  for (let waitMs = edgesEveryMs / 2; await elapsed(waitMs, signal); waitMs = edgesEveryMs) {
    const answer = await fetch(`${url}/metrics/edges`)
    if (!answer.ok) throw new Error(`/metrics/edges answered ${answer.status}`)
    await answer.arrayBuffer()
  }
}

const elapsed = (ms: number, signal: AbortSignal): Promise<boolean> =>
  pause(ms, undefined, { signal }).then(
    () => true,
    () => false,
  )
