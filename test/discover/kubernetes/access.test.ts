import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { connectCluster } from '../../../src/discover/kubernetes/cluster.ts'
import type { Problem } from '../../../src/runtime/problem.ts'
import { temporaryFolder } from '../folder.ts'

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
