import type { ProblemKind } from '../../runtime/problem.ts'

const account = '--serviceaccount=mesh-telemetry:mesh-telemetry'
const seeNode = 'kubectl get --raw /api/v1/nodes/<node>/proxy/metrics/cadvisor'

/** Why a node could not be read. `<node>` and `<port>` in a remedy are filled in. */
export const kubeletProblems = {
  kubelet_forbidden: {
    code: 'kubelet_forbidden',
    meaning: 'The kubelet knows who asks and does not let the collector read metrics: the right to get nodes/metrics is missing.',
    remedy: `Add components/cadvisor of deploy/, or: kubectl create clusterrole mesh-telemetry-cadvisor --verb=get --resource=nodes/metrics && kubectl create clusterrolebinding mesh-telemetry-cadvisor --clusterrole=mesh-telemetry-cadvisor ${account}. Kubelets notice within a minute.`,
    retryable: true,
  },
  node_proxy_forbidden: {
    code: 'node_proxy_forbidden',
    meaning: 'The API server does not lead the collector to the kubelet: the right to get nodes/proxy is missing.',
    remedy: `Better set scrape.cadvisor.from: kubelet, which does with nodes/metrics: nodes/proxy lets whoever takes the token run commands in every pod. If there is no other way: kubectl create clusterrole mesh-telemetry-nodes-proxy --verb=get --resource=nodes/proxy && kubectl create clusterrolebinding mesh-telemetry-nodes-proxy --clusterrole=mesh-telemetry-nodes-proxy ${account}`,
    retryable: true,
  },
  kubelet_unauthorized: {
    code: 'kubelet_unauthorized',
    meaning: 'The kubelet does not know who asks: it takes no tokens, or not this one.',
    remedy:
      'Kubelets take tokens of service accounts where authentication.webhook.enabled is true in their configuration: kubectl get --raw /api/v1/nodes/<node>/proxy/configz. Else see whether scrape.cadvisor.tokenFile is of this cluster and not expired.',
    retryable: true,
  },
  kubelet_untrusted: {
    code: 'kubelet_untrusted',
    meaning:
      'No authority of scrape.cadvisor.caFile signed the certificate that answered, or it is for another address. The token was not sent.',
    remedy:
      "Kubelets sign their own certificates unless serverTLSBootstrap is true in their configuration and their requests are approved: kubectl get csr. Have them signed, or name the authority's file in scrape.cadvisor.caFile. If neither can be: scrape.cadvisor.insecureSkipVerify: true sends the token to whoever answers at a node's address.",
    retryable: true,
  },
  kubelet_unreachable: {
    code: 'kubelet_unreachable',
    meaning: 'The node did not answer, or not in time.',
    remedy: `See whether the node is well: kubectl describe node <node>. Then whether a NetworkPolicy or a firewall keeps the collector from its port <port>: components/cadvisor of deploy/ opens 10250. Big nodes take long: scrape.timeout.`,
    retryable: true,
  },
  kubelet_no_address: {
    code: 'kubelet_no_address',
    meaning: 'The node has no address of the type InternalIP that may be asked.',
    remedy: 'See its addresses: kubectl get node <node> -o jsonpath={.status.addresses}',
    retryable: true,
  },
  kubelet_unusable: {
    code: 'kubelet_unusable',
    meaning: 'What the node answered cannot be used, for the reason that the message names.',
    remedy: `See what it says: ${seeNode}`,
    retryable: true,
  },
  kubelet_credentials_unusable: {
    code: 'kubelet_credentials_unusable',
    meaning: 'The file with the token or with the authorities cannot be read, or does not hold such a thing; nobody was asked.',
    remedy:
      'In a pod both come with its service account (automountServiceAccountToken: true). Elsewhere name files of your own in scrape.cadvisor.tokenFile and scrape.cadvisor.caFile.',
    retryable: true,
  },
} as const satisfies Record<string, ProblemKind>
