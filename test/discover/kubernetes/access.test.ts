import { writeFile } from 'node:fs/promises'
import { delimiter, join } from 'node:path'
import { afterEach, describe, expect, it, vi } from 'vitest'
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
  const problem = refusal(kubeconfig)
  expect(problem.kind.code).toBe('kubernetes_no_access')
  expect(problem.kind.remedy).toBe('Mend the file there; "kubectl config view" reads it, too.')
  expect(problem.message).toMatch(/^The kubeconfig cannot be read: .+ \(\d+:\d+\)$/)
  expect(JSON.stringify([problem.message, String(problem.cause), problem.stack])).not.toContain('SECRET')
})

/** What connecting says. */
function refusal(kubeconfig?: string): Problem {
  try {
    return expect.fail(`it has ${connectCluster(kubeconfig === undefined ? {} : { kubeconfig }).server}`)
  } catch (error) {
    return error as Problem
  }
}

describe('a list of kubeconfigs, as kubectl takes it', () => {
  afterEach(() => vi.unstubAllEnvs())

  const fileOf = (server: string, change: object = {}) =>
    JSON.stringify({ ...JSON.parse(kubeconfigOf(server, { token: server })), ...change })
  async function connected(folder: string, texts: readonly (string | undefined)[]) {
    const files = texts.map((_, i) => join(folder, `kubeconfig-${i}`))
    for (const [i, text] of texts.entries()) if (text !== undefined) await writeFile(files[i] ?? '', text)
    vi.stubEnv('KUBECONFIG', files.join(delimiter))
    return connectCluster({})
  }

  it('may name files that are not there, or hold nothing', async () => {
    await using folder = await temporaryFolder()
    await using api = await ApiServer.start()
    const cluster = await connected(folder.path, [undefined, '', kubeconfigOf(api.url, {}), undefined])
    expect(await cluster.get('/api/v1/pods')).toMatchObject({ items: [] })
    await cluster.close()
  })

  it('goes by the first of two clusters, users or contexts of one name, and by the first current context', async () => {
    await using folder = await temporaryFolder()
    await using api = await ApiServer.start()
    api.token = api.url
    const others = { contexts: [{ name: 'y', context: { cluster: 'c', user: 'u' } }], 'current-context': 'y' }
    const other = 'https://127.0.0.1:1'
    const cluster = await connected(folder.path, [fileOf(api.url, { 'current-context': undefined }), fileOf(other), fileOf(other, others)])
    expect([cluster.server, cluster.context]).toEqual([api.url, 'x'])
    expect(await cluster.get('/api/v1/pods')).toMatchObject({ items: [] })
    await cluster.close()
  })

  it('leaves a file that was named on its own to be there', async () => {
    await using folder = await temporaryFolder()
    expect(refusal(join(folder.path, 'kubeconfig')).message).toMatch(/^The kubeconfig cannot be read: .*no such file/)
    vi.stubEnv('KUBECONFIG', join(folder.path, 'kubeconfig'))
    expect(refusal().message).toBe('There is no kubeconfig with a current context, and this is no pod.')
  })
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
  const { kind, message } = refusal(kubeconfig)
  expect(message).toContain(join(folder.path, 'token'))
  expect(kind).toMatchObject({ code: 'kubernetes_no_access', remedy: expect.stringMatching(/^Log in again/) })
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
  const { kind, message } = refusal(kubeconfig)
  expect(message).toBe(
    'The kubeconfig names http://10.0.0.1:8080, which has no TLS: everyone on the way could read the token. Without TLS only this machine is asked, as by kubectl proxy.',
  )
  expect(kind).toMatchObject({
    code: 'kubernetes_no_access',
    remedy: expect.stringContaining('kubectl config set-cluster c --server=https://'),
  })
  await writeFile(kubeconfig, kubeconfigOf('http://10.0.0.1:8080', {}, { 'insecure-skip-tls-verify': true }))
  await connectCluster({ kubeconfig }).close()
})
