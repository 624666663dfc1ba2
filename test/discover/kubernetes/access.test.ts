import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { connectCluster } from '../../../src/discover/kubernetes/cluster.ts'
import type { Problem } from '../../../src/runtime/problem.ts'
import { temporaryFolder } from '../folder.ts'
import { ApiServer } from './api-server.ts'

it.each([
  ['a line too far out', 'users:\n- name: u\n  user:\n    token: SECRET\n   wrong: x\n'],
  ['an open quote', 'users:\n- name: u\n  user:\n    token: "SECRET\n'],
  ['a key that stands twice', 'users:\n- name: u\n  user: {token: SECRET, token: SECRET}\n'],
])('says of a kubeconfig with %s where it is wrong, and nothing of what it holds', async (_, text) => {
  await using folder = await temporaryFolder()
  const kubeconfig = join(folder.path, 'kubeconfig')
  await writeFile(kubeconfig, text)
  const problem = (() => {
    try {
      return connectCluster({ kubeconfig })
    } catch (error) {
      return error
    }
  })() as Problem
  expect(problem.kind.code).toBe('kubernetes_no_access')
  expect(problem.message).toMatch(/^The kubeconfig cannot be read: .+ \(\d+:\d+\)$/)
  expect(JSON.stringify([problem.message, String(problem.cause), problem.stack])).not.toContain('SECRET')
})

/** A kubeconfig of one context. */
const kubeconfigOf = (server: string, user: object, cluster: object = {}) =>
  JSON.stringify({
    clusters: [{ name: 'c', cluster: { server, ...cluster } }],
    users: [{ name: 'u', user }],
    contexts: [{ name: 'x', context: { cluster: 'c', user: 'u' } }],
    'current-context': 'x',
  })

it('takes the token of a file that the kubeconfig names, relative to it, also when it is another by now', async () => {
  await using folder = await temporaryFolder()
  await using api = await ApiServer.start()
  api.token = 'first'
  const kubeconfig = join(folder.path, 'kubeconfig')
  await writeFile(kubeconfig, kubeconfigOf(api.url, { tokenFile: 'token', token: 'older' }))
  await writeFile(join(folder.path, 'token'), 'first\n')
  const cluster = connectCluster({ kubeconfig })
  try {
    expect(await cluster.get('/api/v1/pods')).toMatchObject({ items: [] })
    await writeFile(join(folder.path, 'token'), 'second\n')
    api.token = 'second'
    expect(await cluster.get('/api/v1/pods')).toMatchObject({ items: [] })
  } finally {
    await cluster.close()
  }
})

it('names a token file that is not there', async () => {
  await using folder = await temporaryFolder()
  const kubeconfig = join(folder.path, 'kubeconfig')
  await writeFile(kubeconfig, kubeconfigOf('https://127.0.0.1:1', { tokenFile: 'token' }))
  expect(() => connectCluster({ kubeconfig })).toThrow(join(folder.path, 'token'))
})

it('asks a server without TLS on this machine, as kubectl proxy is one', async () => {
  await using folder = await temporaryFolder()
  await using api = await ApiServer.start()
  const kubeconfig = join(folder.path, 'kubeconfig')
  for (const server of [api.url, api.url.replace('127.0.0.1', 'localhost')]) {
    await writeFile(kubeconfig, kubeconfigOf(server, {}))
    const cluster = connectCluster({ kubeconfig })
    expect(await cluster.get('/api/v1/pods')).toMatchObject({ items: [] })
    await cluster.close()
  }
})

it('does not send a token to another machine without TLS, and says why', async () => {
  await using folder = await temporaryFolder()
  const kubeconfig = join(folder.path, 'kubeconfig')
  await writeFile(kubeconfig, kubeconfigOf('http://10.0.0.1:8080', { token: 'SECRET' }))
  expect(() => connectCluster({ kubeconfig })).toThrow(
    'The kubeconfig names http://10.0.0.1:8080, which has no TLS: everyone on the way could read the token. Without TLS only this machine is asked, as by kubectl proxy.',
  )
  await writeFile(kubeconfig, kubeconfigOf('http://10.0.0.1:8080', {}, { 'insecure-skip-tls-verify': true }))
  await connectCluster({ kubeconfig }).close()
})
