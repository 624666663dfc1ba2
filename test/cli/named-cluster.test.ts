import { expect, it, describe } from 'vitest'
import { problemCatalogue } from '../../src/catalogue.ts'
import { clusterOptions } from '../../src/cli/cluster.ts'
import { commands } from '../../src/cli/commands.ts'
import { forCluster, remediesForCluster } from '../../src/cli/named-cluster.ts'
import { cliProblems } from '../../src/cli/problems.ts'
import type { Namespace, Pod } from '../../src/discover/objects.ts'
import { refusal } from '../../src/discover/kubernetes/refusals.ts'
import { type Circumstances, enableMetrics, namespaceReasons, podReasons } from '../../src/discover/reasons.ts'
import { dialects } from '../../src/model/dialect.ts'

const staging = { kubeconfig: undefined, context: 'staging' }

describe('commands that a person is told to type', () => {
  it.each([
    ['kubectl annotate pod a -n b --overwrite x=y', 'kubectl --context staging annotate pod a -n b --overwrite x=y'],
    ['"kubectl get --raw /readyz?verbose" tells how', '"kubectl --context staging get --raw /readyz?verbose" tells how'],
    [
      'kubectl get pod a -n b -o yaml | kubectl replace --force -f -',
      'kubectl --context staging get pod a -n b -o yaml | kubectl --context staging replace --force -f -',
    ],
    ['mesh-telemetry metrics enable --namespace x', 'mesh-telemetry metrics enable --context staging --namespace x'],
    ['See: npx mesh-telemetry mesh list. Else', 'See: npx mesh-telemetry mesh list --context staging. Else'],
    // What a command passes on to a pod is for the pod's own cluster.
    ['kubectl exec a -n b -- mesh-telemetry doctor', 'kubectl --context staging exec a -n b -- mesh-telemetry doctor'],
    // Names are no commands.
    ['kubectl logs kubectl -n mesh-telemetry', 'kubectl --context staging logs kubectl -n mesh-telemetry'],
    ['mesh-telemetry scrape <url>', 'mesh-telemetry scrape <url>'],
    ['mesh-telemetry config print shows every option', 'mesh-telemetry config print shows every option'],
  ])('%s', (text, expected) => {
    expect(forCluster(text, staging)).toBe(expected)
  })

  it.each([
    [
      'kubectl create role r --verb=get && kubectl create rolebinding r --role=r',
      'Somebody who may grant rights in the cluster of the context "staging" types: kubectl create role r --verb=get && kubectl create rolebinding r --role=r',
    ],
    [
      'Name its namespace: --osm-namespace osm-system. Or: kubectl create clusterrole r',
      'Name its namespace: --osm-namespace osm-system. Or: somebody who may grant rights in the cluster of the context "staging" types: kubectl create clusterrole r',
    ],
    [
      'Name its namespace. kubectl create clusterrole r. "kubectl auth whoami" tells who asks',
      'Name its namespace. Somebody who may grant rights in the cluster of the context "staging" types: kubectl create clusterrole r. "kubectl --context staging auth whoami" tells who asks',
    ],
  ])('that grant a right are for somebody else than who lacks it: %s', (text, expected) => {
    expect(forCluster(text, staging)).toBe(expected)
  })

  it('that grant a right tell the cluster by its kubeconfig where no context was named', () => {
    expect(forCluster('kubectl create role r', { kubeconfig: '/etc/kube', context: undefined })).toBe(
      'Somebody who may grant rights in the cluster of the kubeconfig /etc/kube types: kubectl create role r',
    )
    expect(forCluster('kubectl create role r', { kubeconfig: '/etc/kube', context: 'staging' })).toBe(
      'Somebody who may grant rights in the cluster of the context "staging" in /etc/kube types: kubectl create role r',
    )
  })

  it('name the kubeconfig too, each word as a shell takes it', () => {
    expect(forCluster('kubectl get pods', { kubeconfig: 'my files/$&', context: "it's" })).toBe(
      String.raw`kubectl --kubeconfig 'my files/$&' --context 'it'\''s' get pods`,
    )
  })

  it('are all those that can be told which cluster', () => {
    expect(ofClusters.length).toBeGreaterThan(5)
    for (const { name } of ofClusters)
      expect(forCluster(`mesh-telemetry ${name} -o json`, staging)).toBe(`mesh-telemetry ${name} --context staging -o json`)
  })

  it('of osm itself go by the current context: how to make it the one that was named', () => {
    expect(forCluster('osm namespace add shop, then kubectl delete pod a -n shop', { kubeconfig: '/etc/kube', context: 'staging' })).toBe(
      'Point osm to that cluster first: export KUBECONFIG=/etc/kube && kubectl config use-context staging (it stays your current context). osm namespace add shop, then kubectl --kubeconfig /etc/kube --context staging delete pod a -n shop',
    )
    expect(forCluster('osm namespace add shop', staging)).toBe(
      'Point osm to that cluster first: kubectl config use-context staging (it stays your current context). osm namespace add shop',
    )
    expect(forCluster('fsm proxy get clusters a -n b', { kubeconfig: 'k', context: undefined })).toMatch(
      /^Point fsm to that cluster first: export KUBECONFIG=k\. fsm /,
    )
  })
})

it('remedies are found wherever they stand, and nothing else is touched', () => {
  const answer = { remedy: null, rule: 'kubectl get', faults: [{ what: 'kubectl get', remedy: 'kubectl get pods' }], count: 1 }
  expect(remediesForCluster(answer, staging)).toEqual({
    ...answer,
    faults: [{ what: 'kubectl get', remedy: 'kubectl --context staging get pods' }],
  })
  expect(remediesForCluster(answer, undefined)).toBe(answer)
})

const pod: Pod = {
  namespace: 'shop',
  name: 'cart-0',
  uid: 'u',
  phase: 'Pending',
  hostNetwork: false,
  labels: {},
  annotations: {},
  terminating: false,
  containers: [],
  containerIds: {},
}
const meshed: Namespace = { name: 'shop', labels: { 'openservicemesh.io/monitored-by': 'osm' }, annotations: {} }
const injected: Namespace = { ...meshed, annotations: { 'openservicemesh.io/sidecar-injection': 'enabled' } }
const pods: readonly Pod[] = [
  pod,
  ...['ReplicaSet', 'StatefulSet', 'Job'].map((kind): Pod => ({ ...pod, controller: { kind, name: 'cart-5c8' } })),
  { ...pod, annotations: { 'openservicemesh.io/sidecar-injection': 'disabled' } },
]

/** What every reason says, of pods and namespaces of each kind. */
const reasonRemedies = [
  ...Object.values(podReasons).flatMap(({ remedy }) =>
    pods.flatMap((one) =>
      [undefined, { ...meshed, labels: {} }, meshed, injected].flatMap((namespace) =>
        (['sidecar', 'control-plane'] as const).map((kind) => {
          const circumstances: Circumstances = {
            kind,
            dialect: dialects.osm,
            ...(namespace && { namespace }),
            ignored: false,
            allowLoopback: false,
            taken: new Set(),
          }
          return remedy(one, circumstances)
        }),
      ),
    ),
  ),
  ...Object.values(namespaceReasons).flatMap(({ remedy }) =>
    [{}, { edit: 'kubectl edit configmap c -n kube-system' }].map((ways) =>
      remedy('shop', { add: (name) => enableMetrics(name, { namespace: 'kube-system', name: 'c' }), others: ['shops'], ...ways }),
    ),
  ),
]

const refusals = ['/api/v1/pods', '/api/v1/namespaces/shop/pods/a/portforward'].map(
  (path) => refusal({ method: 'GET', path, watch: false }, { status: 403, body: 'User "system:serviceaccount:a:b" cannot' }).kind.remedy,
)

const remedies = [
  ...new Set([
    ...reasonRemedies,
    ...refusals,
    ...problemCatalogue.map(({ remedy }) => remedy),
    ...Object.values(cliProblems).map(({ remedy }) => remedy),
  ]),
]

/** The commands that can be told which cluster. */
const ofClusters = commands.filter(({ options }) =>
  Object.values(clusterOptions).every((option) => Object.values(options).includes(option)),
)

describe('every remedy that there is', () => {
  it('stays as it is where no cluster was named', () => {
    expect(remedies.length).toBeGreaterThan(80)
    for (const remedy of remedies) {
      expect(forCluster(remedy, undefined)).toBe(remedy)
      expect(forCluster(remedy, { kubeconfig: undefined, context: undefined })).toBe(remedy)
    }
  })

  it('has the flags in each of its commands, and is the same without them', () => {
    const heads = new RegExp(
      `kubectl(?! create (?:cluster)?role)|mesh-telemetry (?:${ofClusters.map(({ name }) => name).join('|')})(?![a-z-])`,
      'g',
    )
    for (const remedy of remedies) {
      const said = forCluster(remedy, staging)
        .replace(/^Point osm to that cluster first: .*? staging .*?\. /, '')
        .replace(/[Ss]omebody who may grant rights in the cluster of the context "staging" types: /, '')
      expect(said.replaceAll(' --context staging', '')).toBe(remedy)
      expect(said.match(/ --context staging/g)?.length).toBe(remedy.match(heads)?.length)
    }
  })

  it('tells of the current context where it names a command of osm', () => {
    const toOsm = remedies.filter((remedy) => /\b(?:osm|fsm) [a-z]+ [a-z]+/.test(remedy))
    expect(toOsm.length).toBeGreaterThan(1)
    for (const remedy of toOsm)
      expect(forCluster(remedy, staging)).toMatch(
        /^Point (?:osm|fsm) to that cluster first: kubectl config use-context staging \(it stays your current context\)\. /,
      )
  })
})
