import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { createServer as createSecureServer } from 'node:https'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { certificate, key } from '../scrape/support/certificate.ts'
import { edges, serve, targets } from './hand-made-collector.ts'
import { collectorPod, PlacedCluster, portOf } from './placed-cluster.ts'
import { typed } from './terminal-session.ts'

const cluster = new PlacedCluster()
const { asked } = cluster

describe('a collector in the cluster', () => {
  it('is asked through a port-forward, wherever it was installed', async () => {
    cluster.api.apply(collectorPod('monitoring'))
    const { exitCode, out, err } = await asked('targets')
    expect({ exitCode, err }).toEqual({
      exitCode: 0,
      err: 'note: asked the collector monitoring/mesh-telemetry-0 in the cluster of the context "here", through a port-forward\n',
    })
    expect(out).toBe((await typed(`targets --server ${cluster.collector.url}`)).out)
    expect(JSON.parse((await asked('edges -o json')).out)).toEqual(edges)
    expect((await asked('edges -o prometheus')).out).toBe('a 1\n')
    expect(JSON.parse((await asked('doctor -o json')).out)).toMatchObject({ by: 'collector' })
  })

  it('is found in its usual namespace, or in the one that is said, by who may not look everywhere', async () => {
    cluster.api.apply(collectorPod())
    cluster.api.fault = (_, path) => (path === '/api/v1/pods' ? 403 : undefined)
    expect((await asked('edges')).exitCode).toBe(0)
    cluster.api.objects.splice(0, Infinity, collectorPod('monitoring'))
    expect(await asked('edges')).toMatchObject({ exitCode: 3, err: expect.stringContaining('no collector is installed in it') })
    expect((await asked('edges --collector-namespace monitoring')).exitCode).toBe(0)
    expect(await asked('edges --collector-namespace ../x')).toMatchObject({
      exitCode: 2,
      err: expect.stringContaining('name of a namespace'),
    })
  })

  it('is one of several: which, and how to ask another', async () => {
    const waits = { phase: 'Running', containerStatuses: [{ name: 'collector', state: { waiting: { reason: 'CrashLoopBackOff' } } }] }
    cluster.api.apply(collectorPod('a-first-name', waits), collectorPod('monitoring'))
    const { err } = await asked('edges')
    expect(err).toContain('note: collectors run in a-first-name, too; --collector-namespace says which one is asked\n')
    expect(err).toContain('asked the collector monitoring/mesh-telemetry-0')
  })

  it('may want its token', async () => {
    const closed = await serve({ '/api/v1/targets': targets }, 'sesame')
    cluster.ports['mesh-telemetry/mesh-telemetry-0:19464'] = portOf(closed.server)
    cluster.api.apply(collectorPod())
    expect(await asked('targets')).toMatchObject({ exitCode: 2, out: '', err: expect.stringContaining('--token-file') })
    closed.server.close()
  })
})

describe('a collector in the cluster that listens with TLS', () => {
  it('is asked by HTTPS, whatever name its certificate is for, and shown the token only then', async () => {
    const shown: (string | undefined)[] = []
    const secure = createSecureServer({ cert: certificate, key }, ({ url = '', headers }, response) => {
      shown.push(headers.authorization)
      response.end(url === '/healthz' ? '{"status":"ok"}' : JSON.stringify(targets))
    }).listen(0, '127.0.0.1')
    await once(secure, 'listening')
    cluster.ports['mesh-telemetry/mesh-telemetry-0:19464'] = portOf(secure)
    cluster.api.apply(collectorPod())
    writeFileSync(join(cluster.room, 'token'), 'sesame')
    const { exitCode, err, out } = await asked(`targets -o json --token-file ${join(cluster.room, 'token')}`)
    secure.close()
    expect({ exitCode, err }).toMatchObject({
      exitCode: 0,
      err: expect.stringContaining('asked the collector mesh-telemetry/mesh-telemetry-0'),
    })
    expect(JSON.parse(out)).toEqual(targets)
    expect(shown).toEqual([undefined, 'Bearer sesame'])
  })
})

describe('where the command line names a cluster', () => {
  it('what is to be typed names it too, whoever said it', async () => {
    const flags = `--kubeconfig ${cluster.kubeconfig} --context here`
    const remediesOf = async (command: string) => {
      const { out } = await typed(`${command} -o json ${flags}`)
      return [...new Set(Array.from(out.matchAll(/"remedy": (".*")/g), ([, text = '']) => JSON.parse(text) as string))]
    }
    const looked = [...(await remediesOf('targets')), ...(await remediesOf('doctor'))]
    cluster.api.apply(collectorPod())
    const collected = await remediesOf('targets')
    expect(looked).toContain(`kubectl ${flags} apply -k deploy/overlays/upstream (deploy/README.md says which overlay fits)`)
    expect(collected).toContain(`kubectl ${flags} logs bookthief-1 -n bookthief -c envoy`)
    expect(collected).toContain(`mesh-telemetry metrics enable ${flags} --namespace bookstore`)
    for (const remedy of [...looked, ...collected])
      expect(remedy.match(/kubectl|mesh-telemetry metrics/g)?.length).toBe(remedy.match(/--kubeconfig \S+ --context here/g)?.length)
    expect((await typed(`targets ${flags}`)).out).toContain(`  kubectl ${flags} logs bookthief-1 -n bookthief -c envoy\n`)
  })

  it('so does what is said of an error', async () => {
    const flags = `--kubeconfig ${cluster.kubeconfig} --context here`
    expect((await typed(`edges ${flags}`)).err).toContain(`kubectl ${flags} apply -k `)
    cluster.api.fault = () => 403
    expect((await typed(`namespace list ${flags}`)).err).toContain(
      `  Somebody who may grant rights in the cluster of the context "here" in ${cluster.kubeconfig} types: kubectl create clusterrole `,
    )
  })
})
