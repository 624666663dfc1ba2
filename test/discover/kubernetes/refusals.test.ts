import { describe, expect, it } from 'vitest'
import { type Asked, refusal } from '../../../src/discover/kubernetes/refusals.ts'

const collector = 'User "system:serviceaccount:mesh:collector" cannot do that'
const read = (path: string, change: Partial<Asked> = {}): Asked => ({ method: 'GET', path, watch: false, ...change })
const forbidden = (asked: Asked, message = collector) => refusal(asked, { status: 403, body: JSON.stringify({ message }) })

describe('a missing right', () => {
  it.each([
    [
      '/api/v1/pods',
      {},
      'list pods in all namespaces',
      'clusterrole mesh-telemetry-pods:mesh:collector --verb=get,list,watch --resource=pods',
    ],
    [
      '/api/v1/pods',
      { watch: true },
      'watch pods in all namespaces',
      'clusterrole mesh-telemetry-pods:mesh:collector --verb=get,list,watch --resource=pods',
    ],
    [
      '/api/v1/namespaces',
      {},
      'list namespaces in all namespaces',
      'clusterrole mesh-telemetry-namespaces:mesh:collector --verb=get,list,watch --resource=namespaces',
    ],
    [
      '/api/v1/namespaces/shop/pods/cart',
      { method: 'PATCH' },
      'patch pods in namespace shop',
      'role mesh-telemetry-pods-patch:mesh:collector -n shop --verb=patch --resource=pods',
    ],
    [
      '/api/v1/namespaces/shop/pods/cart/portforward',
      { method: 'POST' },
      'create pods/portforward in namespace shop',
      'role mesh-telemetry-pods-portforward-create:mesh:collector -n shop --verb=create --resource=pods/portforward',
    ],
    [
      '/apis/apps/v1/namespaces/kube-system/daemonsets',
      { query: { fieldSelector: 'metadata.name=ama-logs' } },
      'list daemonsets ama-logs in namespace kube-system',
      'role mesh-telemetry-daemonsets-ama-logs:mesh:collector -n kube-system --verb=get,list,watch --resource=daemonsets.apps --resource-name=ama-logs',
    ],
  ] as const)('%s %j is said in words of RBAC', (path, change, right, role) => {
    const { kind, message } = forbidden(read(path, change))
    expect(kind.code).toBe('kubernetes_forbidden')
    expect(message).toContain(`The right to ${right} is missing: ${collector}`)
    expect(kind.remedy).toContain(`kubectl create ${role} && `)
    expect(kind.remedy).toMatch(/--serviceaccount=mesh:collector$/)
  })

  it('has a role of its own, so that the second command does not meet the role of the first', () => {
    const roles = [
      read('/api/v1/namespaces'),
      read('/api/v1/namespaces/shop'),
      read('/api/v1/namespaces/store'),
      read('/api/v1/namespaces/shop/pods/cart', { method: 'PATCH' }),
      read('/api/v1/namespaces/shop/pods'),
    ].map((asked) => / (mesh-telemetry-\S+) /.exec(forbidden(asked).kind.remedy)?.[1])
    expect(new Set(roles).size).toBe(roles.length)
  })

  it('has a role of its own for each who asks, however alike their names are', () => {
    const users = [
      'a.b',
      'a-b',
      'A-B',
      'ann@example.org',
      'https://issuer.example/#ann',
      'https:=2F=2Fissuer.example=2F#ann',
      '50%',
      '$(reboot)',
    ]
    const accounts = ['default:viewer', 'other:viewer', 'a-b:c', 'a:b-c'].map((name) => `system:serviceaccount:${name}`)
    const names = [...users, ...accounts].map((user) => {
      const { remedy } = forbidden(read('/api/v1/pods'), `User "${user}" cannot list`).kind
      return /clusterrole ('[^']+'|\S+) /.exec(remedy)?.[1]
    })
    expect(names.slice(-4)).toEqual([
      'mesh-telemetry-pods:default:viewer',
      'mesh-telemetry-pods:other:viewer',
      'mesh-telemetry-pods:a-b:c',
      'mesh-telemetry-pods:a:b-c',
    ])
    expect(new Set(names).size).toBe(names.length)
    for (const name of names) expect(name).not.toMatch(/[/%]/) // what the API server takes in no name of a role
  })

  it.each([
    ['User "ann@example.org" cannot do that', '--user=ann@example.org'],
    ['User "$(reboot)" cannot do that', "--user='$(reboot)'"],
    ['no', '--user=NAME'],
  ])('of %s is granted to %s', (told, subject) => {
    const { remedy } = forbidden(read('/api/v1/pods'), told).kind
    expect(remedy.endsWith(subject)).toBe(true)
  })
})

it.each([
  [401, 'kubernetes_unauthorized'],
  [404, 'kubernetes_not_found'],
  [409, 'kubernetes_conflict'],
  [410, 'kubernetes_gone'],
  [422, 'kubernetes_refused'],
  [429, 'kubernetes_failing'],
  [500, 'kubernetes_failing'],
  [503, 'kubernetes_failing'],
])('%s is %s, with what the server says on one line', (status, code) => {
  const problem = refusal(read('/api/v1/pods'), { status, body: 'it is\n  so' })
  expect(problem.kind.code).toBe(code)
  expect(problem.message).toBe(`GET /api/v1/pods was answered ${status}: it is so`)
})
