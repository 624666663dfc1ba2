import { describe, expect, it } from 'vitest'
import type { StatusAnswer } from '../../src/model/figures.ts'
import { answersOf, healthy, inputTrouble, trouble } from './doctored-collector.ts'
import { serve } from './hand-made-collector.ts'
import { typed } from './terminal-session.ts'

const asked: NonNullable<StatusAnswer['containers']> = { from: 'kubelet', nodes: {}, samples: 0, problems: [] }

interface Link {
  readonly name: string
  readonly state: string
  readonly found: string
  readonly faults: readonly { readonly what: string; readonly remedy: string }[]
}

/** What the doctor says of containers, and the exit code. */
async function said(containers: StatusAnswer['containers'], nodesRefused = false) {
  const { watches } = healthy.status.discovery
  const problem = inputTrouble('kubernetes_forbidden', 'kubectl create clusterrole …')
  const refused = { resource: 'nodes', namespace: null, state: 'refused', lastHeardMs: null, problem } as const
  const discovery = { ...healthy.status.discovery, watches: nodesRefused ? [...watches, refused] : watches }
  const { url, server } = await serve(answersOf({ ...healthy, status: { ...healthy.status, containers, discovery } }))
  const { out, exitCode } = await typed(`doctor --server ${url} -o json`)
  server.close()
  const link = (JSON.parse(out) as { checks: Link[] }).checks.find(({ name }) => name === 'containers')
  return { exitCode, ...(link && { state: link.state, found: link.found, faults: link.faults }) }
}

describe('the doctor says of containers', () => {
  it('nothing where nobody wants to see them', async () => {
    expect(await said(null)).toEqual({ exitCode: 0 })
  })

  it('how many nodes are read', async () => {
    expect(await said({ ...asked, nodes: { up: 2, waiting: 1 }, samples: 14 })).toEqual({
      exitCode: 0,
      state: 'ok',
      found: '2 nodes read, with 14 samples of scraped pods. 1 not asked yet.',
      faults: [],
    })
  })

  it('which cannot be, each fault once with what mends it', async () => {
    const nodes = ['n1', 'n2', 'n3', 'n4', 'n5']
    const problems = [{ ...trouble('kubelet_forbidden', 'Add components/cadvisor.'), nodes }]
    expect(await said({ ...asked, nodes: { up: 1, failing: 1, stale: 4 }, problems })).toEqual({
      exitCode: 1,
      state: 'broken',
      found: '5 of 6 nodes cannot be read.',
      faults: [
        { what: 'n1, n2, n3 and 2 more: What is wrong with kubelet_forbidden. (kubelet_forbidden)', remedy: 'Add components/cadvisor.' },
      ],
    })
  })

  it('that there is no node, and why where that is known', async () => {
    expect(await said(asked)).toMatchObject({ state: 'unknown', found: 'No node with a scraped pod is known.' })
    expect(await said(asked, true)).toMatchObject({
      exitCode: 1,
      state: 'broken',
      found: 'Which nodes there are is not known.',
      faults: [{ remedy: 'kubectl create clusterrole …' }],
    })
    expect(await said({ ...asked, nodes: { up: 3 } })).toMatchObject({
      state: 'unknown',
      found: '3 nodes read, and none tells of a scraped pod.',
    })
    expect(await said({ ...asked, nodes: { waiting: 3 } })).toMatchObject({ state: 'unknown', found: 'No node was asked yet.' })
  })
})
