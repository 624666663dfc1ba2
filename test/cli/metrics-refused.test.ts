import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it, vi } from 'vitest'
import { ApiServer } from '../support/api-server.ts'
import { controller, namespace, pod } from './meshed-cluster.ts'
import { MetricsCluster } from './metrics-cluster.ts'
import { typed } from './terminal-session.ts'

const cluster = new MetricsCluster()
const { metrics } = cluster

describe('a cluster that does not let us', () => {
  it.each([
    ['/api/v1/namespaces/bookbuyer', 'GET', /right to get namespaces .*is missing/],
    ['/api/v1/namespaces/bookbuyer', 'PATCH', /right to patch namespaces .*is missing/],
    ['/api/v1/namespaces/bookbuyer/pods', 'GET', /right to list pods in namespace bookbuyer is missing/],
    ['/api/v1/namespaces/bookbuyer/pods/bookbuyer-0', 'PATCH', /right to patch pods .*in namespace bookbuyer is missing/],
  ])('%s %s: names the right', async (path, method, message) => {
    cluster.server.fault = (asked, at) => (asked === method && at === path ? 403 : undefined)
    const { exitCode, out, err } = await metrics('enable --namespace bookbuyer,pipes')
    expect({ exitCode, out }).toEqual({ exitCode: 1, out: 'Metrics successfully enabled in namespace [pipes]\n' })
    expect(err).toMatch(message)
  })

  it('asks no more pods once the right is known to be missing', async () => {
    cluster.server.apply(...Array.from({ length: 30 }, (_, i) => pod(`more-${i}`, 'bookstore')))
    cluster.server.fault = (method, path) => (method === 'PATCH' && path.includes('/pods/') ? 403 : undefined)
    expect((await metrics('enable --namespace bookstore')).exitCode).toBe(1)
    expect(cluster.server.asked.filter((line) => line.startsWith('PATCH') && line.includes('/pods/'))).toHaveLength(8)
  })

  it('may let us look for the mesh in its namespace alone', async () => {
    cluster.server.fault = (_, path) => (path === '/apis/apps/v1/deployments' ? 403 : undefined)
    expect(await metrics('enable --namespace bookbuyer')).toMatchObject({
      exitCode: 1,
      out: '',
      err: expect.stringContaining('--osm-namespace osm-system'),
    })
    expect((await metrics('enable --namespace bookbuyer --osm-namespace osm-system')).exitCode).toBe(0)
  })

  it('does not know who asks, or is not there: nothing else is tried', async () => {
    expect(await metrics('enable --namespace bookbuyer,bookstore --context stranger')).toMatchObject({
      exitCode: 3,
      err: expect.stringContaining('kubernetes_unauthorized'),
    })
    expect(await metrics('enable --namespace bookbuyer --context nobody')).toMatchObject({
      exitCode: 2,
      err: expect.stringContaining('no context "nobody"'),
    })
    const nowhere = join(cluster.room, 'nowhere')
    expect(await typed(`metrics enable --namespace a --kubeconfig ${nowhere}`)).toMatchObject({
      exitCode: 2,
      err: expect.stringContaining('no such file'),
    })
    writeFileSync(nowhere, 'not: [a kubeconfig')
    expect(await typed(`metrics enable --namespace a --kubeconfig ${nowhere}`)).toMatchObject({
      exitCode: 2,
      err: expect.stringContaining('kubernetes_no_access'),
    })
    const gone = await ApiServer.start()
    gone.writeKubeconfig(nowhere)
    await gone.stop()
    expect(await typed(`metrics enable --namespace a --kubeconfig ${nowhere}`)).toMatchObject({
      exitCode: 3,
      err: expect.stringContaining('kubernetes_unreachable'),
    })
  })

  it('is not known where there is no kubeconfig at all', async () => {
    for (const [name, value] of Object.entries({ KUBECONFIG: '', HOME: cluster.room, USERPROFILE: '' })) vi.stubEnv(name, value)
    expect(await typed('metrics enable --namespace a')).toMatchObject({
      exitCode: 2,
      err: expect.stringContaining('There is no kubeconfig with a current context, and this is no pod. (kubernetes_no_access)\n'),
    })
    vi.stubEnv('KUBECONFIG', cluster.kubeconfig)
    expect((await typed('metrics enable --namespace bookbuyer')).exitCode).toBe(0)
    vi.unstubAllEnvs()
  })

  it('is asked no more when the command is to end', async () => {
    const ended = AbortSignal.abort()
    expect(await metrics('enable --namespace bookbuyer', { signal: ended })).toMatchObject({ exitCode: 1, out: '' })
    expect(cluster.server.writes).toEqual([])
  })
})

it.each([
  ['osm', 'prod', '', 'osm namespace add shop --mesh-name prod,'],
  ['osm', 'prod', ' --mesh-name porod', 'osm namespace add shop,'],
  ['osm', 'osm', '', 'osm namespace add shop,'],
  ['fsm', 'fsm', '', 'fsm namespace add shop,'],
] as const)('puts a namespace into the mesh that there is: %s called %s%s', async (tool, name, flag, remedy) => {
  cluster.server.objects.length = 0
  cluster.server.apply(controller(tool, 'mesh-system', { meshName: name }), namespace('shop', {}))
  expect((await metrics(`enable --namespace shop${flag}`)).err).toContain(`Put it into a mesh: ${remedy} or leave it out.`)
})

it('finds a mesh that is named by the common label alone', async () => {
  cluster.server.objects.length = 0
  const labels = { 'app.kubernetes.io/name': 'openservicemesh.io', 'app.kubernetes.io/instance': 'osm' }
  cluster.server.apply(controller('osm', 'osm-system', labels), namespace('bookbuyer'))
  expect((await metrics('enable --namespace bookbuyer')).exitCode).toBe(0)
})

it.each([
  ['enable', "required option '--namespace <a,b>' not specified"],
  ['enable --namespace Not/One', 'It is the name of a namespace'],
  ['enable --namespace a --configmap here', 'It is namespace/name, such as kube-system/container-azm-ms-osmconfig.'],
  ['enable --namespace a --configmap a/b/c', 'It is namespace/name'],
])('"%s" is not understood', async (line, message) => {
  expect(await typed(`metrics ${line}`)).toMatchObject({ exitCode: 2, out: '', err: expect.stringContaining(message) })
})
