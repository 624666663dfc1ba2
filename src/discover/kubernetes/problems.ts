import type { ProblemKind } from '../../runtime/problem.ts'

export const kubernetesProblems = {
  kubernetes_no_access: {
    code: 'kubernetes_no_access',
    meaning: 'Nothing tells how to reach a Kubernetes API server: neither a kubeconfig nor the service account of a pod.',
    remedy:
      'Name a kubeconfig with --kubeconfig, $KUBECONFIG or discover.kubernetes.kubeconfig, and a context in it with --context or discover.kubernetes.context; "kubectl config get-contexts" shows what it holds.',
    retryable: false,
  },
  kubernetes_unreachable: {
    code: 'kubernetes_unreachable',
    meaning: 'The Kubernetes API server cannot be reached.',
    remedy: 'Check the address with "kubectl cluster-info"; in a pod, that a NetworkPolicy lets it reach the API server.',
    retryable: true,
  },
  kubernetes_timeout: {
    code: 'kubernetes_timeout',
    meaning: 'The Kubernetes API server took a request and did not answer in time.',
    remedy: `See how the server is: kubectl get --raw '/readyz?verbose'.`,
    retryable: true,
  },
  kubernetes_unauthorized: {
    code: 'kubernetes_unauthorized',
    meaning: 'The Kubernetes API server does not know who asks: the token or certificate is missing, expired or of another cluster.',
    remedy: 'Log in again; "kubectl auth whoami" shows whether it worked. In a pod the token is read anew by itself.',
    retryable: true,
  },
  kubernetes_forbidden: {
    code: 'kubernetes_forbidden',
    meaning: 'The user or service account lacks a right in the cluster.',
    remedy: 'Grant the right that the message names.',
    retryable: true,
  },
  kubernetes_not_found: {
    code: 'kubernetes_not_found',
    meaning: 'The cluster has no such object, or does not know this kind of objects.',
    remedy: 'Check the name and the namespace with "kubectl get".',
    retryable: true,
  },
  kubernetes_conflict: {
    code: 'kubernetes_conflict',
    meaning: 'Somebody else changed the object in the same moment, or it exists already.',
    remedy: 'Try again.',
    retryable: true,
  },
  kubernetes_gone: {
    code: 'kubernetes_gone',
    meaning: 'The API server no longer knows the changes since the last one that was heard of.',
    remedy: 'Nothing need be done: everything is listed anew.',
    retryable: true,
  },
  kubernetes_refused: {
    code: 'kubernetes_refused',
    meaning: 'The API server does not take the request.',
    remedy: "The message is the server's; an admission webhook may be behind it.",
    retryable: false,
  },
  kubernetes_failing: {
    code: 'kubernetes_failing',
    meaning: 'The API server has a fault or too much to do.',
    remedy: `See how the server is: kubectl get --raw '/readyz?verbose'.`,
    retryable: true,
  },
  local_port_unusable: {
    code: 'local_port_unusable',
    meaning: 'The port of this machine that is to lead to a pod is taken, or may not be used.',
    remedy: 'Choose another one with --local-port PORT; 0 takes any free one. "ss -ltnp" shows who listens where.',
    retryable: false,
  },
} as const satisfies Record<string, ProblemKind>
