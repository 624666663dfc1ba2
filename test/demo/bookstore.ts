import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { type DemoMesh, type DemoMeshOptions, type DemoPod, startDemoMesh } from '../../src/demo/mesh.ts'

/** A mesh whose time stands still until a test moves it; closed, and its folder removed, when the test is over. */
export async function bookstore(options: Partial<DemoMeshOptions> = {}): Promise<DemoMesh & { folder: string; said: string[] }> {
  const folder = await mkdtemp(join(tmpdir(), 'bookstore-'))
  const said: string[] = []
  onTestFinished(() => rm(folder, { recursive: true }))
  const mesh = await startDemoMesh({ tickMs: 0, manifestsFolder: folder, onEpisode: (text) => said.push(text), ...options })
  onTestFinished(() => mesh.close())
  return Object.assign(mesh, { folder, said })
}

export function podOf(mesh: DemoMesh, workload: string): DemoPod & { url: string } {
  const pod = mesh.pods().find((candidate) => candidate.workload === workload)
  if (!pod?.url) throw new Error(`no pod of ${workload} has a page`)
  return { ...pod, url: pod.url }
}

/** When the named episode begins for the first time, milliseconds of the mesh's time: the first after 8 s, then one every 12 s. */
export function beginningOf(mesh: DemoMesh, name: string): number {
  return 8_000 + 12_000 * mesh.episodes.findIndex((episode) => episode.name === name)
}

export async function read(url: string | undefined, filter?: string): Promise<string> {
  const response = await fetch(`${url}${filter === undefined ? '' : `?filter=${encodeURIComponent(filter)}`}`)
  if (response.status !== 200) throw new Error(`${url} answers ${response.status}`)
  return response.text()
}

/** Every sample of a page, by its series as printed. */
export function samples(page: string): Map<string, number> {
  const lines = page.split('\n').filter((line) => line !== '' && !line.startsWith('#'))
  return new Map(lines.map((line) => [line.slice(0, line.lastIndexOf(' ')), Number(line.slice(line.lastIndexOf(' ') + 1))]))
}

/** The families of a page in the order of their TYPE lines, `envoy_server_live gauge`. */
export function families(page: string): string[] {
  return [...page.matchAll(/^# TYPE (.+)$/gm)].map(([, family = '']) => family)
}
