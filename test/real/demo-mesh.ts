import { copyFile, mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { isDeepStrictEqual } from 'node:util'
import { type DemoMesh, startDemoMesh } from '../../src/demo/mesh.ts'
import { type CountedRequests, countedRequests, trueRequests } from '../support/demo-requests.ts'
import type { CollectorProcess } from './collector-process.ts'

/** The first round is the baseline: only then does the mesh's time begin. */
export const beforeLoadMs = 1_000
/** For the mesh's time to reach the sums: a scrape, and a commit. */
const agreeWithinMs = 30_000
const configMap = 'container-azm-ms-osmconfig.yaml'

/** Runs a proof over the demo's mesh, whose manifests are in a folder of its own; `config` lets a collector scrape it. */
export async function withDemoMesh<T>(
  scratch: string,
  proof: (mesh: DemoMesh, config: Readonly<Record<string, unknown>>) => Promise<T>,
): Promise<T> {
  const manifests = join(scratch, 'manifests')
  await mkdir(manifests)
  await copyFile(join(import.meta.dirname, '../../configmaps', configMap), join(manifests, configMap))
  const mesh = await startDemoMesh({ tickMs: 0, manifestsFolder: manifests, onEpisode: () => {} })
  const discover = { source: 'manifests', manifests: { path: manifests } }
  try {
    return await proof(mesh, { discover, scrape: { interval: '500ms', allowLoopback: true } })
  } finally {
    await mesh.close()
  }
}

/** What the collector should have counted. */
export const truth = (mesh: DemoMesh): CountedRequests => trueRequests(mesh, { without: ['bookthief'] })

/** The mesh's time goes on with the real one. */
export async function underLoad(mesh: DemoMesh, ms: number): Promise<void> {
  const endMs = performance.now() + ms
  while (performance.now() < endMs) {
    await pause(50)
    await mesh.advance(50)
  }
}

/** Traffic rests; the last scrape and commit must bring the rest. Resolves to what is wrong with the counts, if anything. */
export async function disagreement(
  { url }: Pick<CollectorProcess, 'url'>,
  wanted: CountedRequests,
  counted: (shown: CountedRequests) => CountedRequests = (shown) => shown,
): Promise<string | undefined> {
  const endMs = performance.now() + agreeWithinMs
  while (performance.now() < endMs) {
    if (isDeepStrictEqual(counted(await countedRequests(url)), wanted)) return undefined
    await pause(100)
  }
  return difference(counted(await countedRequests(url)), wanted)
}

/** The first count that is lower than one that was shown before. */
export function lower(now: CountedRequests, before: CountedRequests): string | undefined {
  const key = Object.keys(before).find((each) => (now[each] ?? 0) < (before[each] ?? 0))
  return key && `${key} was shown as ${now[key] ?? 0}, lower than ${before[key]}`
}

export const highest = (a: CountedRequests, b: CountedRequests): CountedRequests => combined(a, b, Math.max)

/** What came in between, without what did not move. */
export function increase(now: CountedRequests, before: CountedRequests): CountedRequests {
  return Object.fromEntries(Object.entries(combined(now, before, (a, b) => a - b)).filter(([, count]) => count !== 0))
}

const keysOf = (...sides: readonly CountedRequests[]): string[] => [...new Set(sides.flatMap((side) => Object.keys(side)))].sort()

const combined = (a: CountedRequests, b: CountedRequests, of: (a: number, b: number) => number): CountedRequests =>
  Object.fromEntries(keysOf(a, b).map((key) => [key, of(a[key] ?? 0, b[key] ?? 0)]))

const difference = (counted: CountedRequests, really: CountedRequests): string =>
  keysOf(counted, really)
    .filter((key) => counted[key] !== really[key])
    .map((key) => `${key}: counted ${counted[key] ?? 0}, really ${really[key] ?? 0}`)
    .join('; ')
