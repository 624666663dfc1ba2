import type { KubeObject } from '../real/kube/api.ts'
import { podObject } from '../real/kube/mesh-objects.ts'

/** A pod about as large as they are in clusters: two containers with environment, probes, resources and mounts, and what the kubelet writes of them. */
export function fullPod(n: number, namespace: string): KubeObject & { readonly status?: object } {
  const app = `store-${Math.floor(n / 10)}`
  const name = `${app}-7d4cdc5f9b-${n.toString(36).padStart(5, '0')}`
  const pod = podObject({
    namespace,
    name,
    app,
    ip: `127.80.${Math.floor(n / 250)}.${(n % 250) + 1}`,
    port: 15010,
    path: '/stats/prometheus',
  })
  const spec = {
    nodeName: `node-${n % 100}`,
    serviceAccountName: app,
    tolerations: ['not-ready', 'unreachable'].map((key) => ({
      key: `node.kubernetes.io/${key}`,
      operator: 'Exists',
      effect: 'NoExecute',
      tolerationSeconds: 300,
    })),
    containers: [container(app), container('envoy')],
    volumes: [{ name: 'configuration', configMap: { name: `${app}-configuration` } }],
  }
  return { ...pod, spec }
}

function container(name: string): object {
  const probe = (path: string) => ({ httpGet: { path, port: 15901 }, periodSeconds: 10, timeoutSeconds: 5 })
  return {
    name,
    image: `example/${name}:v1`,
    env: Array.from({ length: 12 }, (_, n) => ({ name: `SETTING_${n}`, value: `value-of-setting-${n}` })),
    ports: [{ name: `${name.slice(0, 10)}-a`, containerPort: name === 'envoy' ? 15000 : 8080 }],
    resources: { requests: { cpu: '100m', memory: '128Mi' }, limits: { memory: '256Mi' } },
    readinessProbe: probe('/ready'),
    livenessProbe: probe('/live'),
    volumeMounts: [{ name: 'configuration', mountPath: '/etc/configuration' }],
  }
}

/** Its sidecar was restarted: another container, for discovery too. */
export const patchStatusOf = (n: number): object => {
  const { status } = fullPod(n, '') as { readonly status: { readonly containerStatuses: readonly object[] } }
  const [own, sidecar] = status.containerStatuses
  return { status: { containerStatuses: [own, { ...sidecar, restartCount: 1, containerID: `containerd://restarted-${n}` }] } }
}
