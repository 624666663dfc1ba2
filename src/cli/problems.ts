import type { kubernetesProblems } from '../discover/kubernetes/problems.ts'
import type { ProblemKind } from '../runtime/problem.ts'
import type { scrapeProblems } from '../scrape/problems.ts'
import { type ExitCode, exitCodes } from './context.ts'

/** What can go wrong between a command and the world. */
export const cliProblems = {
  server_unreachable: {
    code: 'server_unreachable',
    meaning: 'No collector answers at the address that the command asked.',
    remedy:
      'Start one with "npx mesh-telemetry demo" or "npx mesh-telemetry run --config FILE", or say where it is: --server URL, or --kubeconfig FILE for the cluster that it runs in.',
    retryable: true,
  },
  collector_missing: {
    code: 'collector_missing',
    meaning: 'A cluster was asked for what only a collector knows, and no collector in it answers.',
    remedy:
      'Install one: kubectl apply -k deploy/overlays/upstream (deploy/README.md says which overlay), or say where it is: --server URL. "mesh-telemetry doctor" says more.',
    retryable: true,
  },
  grafana_missing: {
    code: 'grafana_missing',
    meaning: 'A cluster was asked for the Grafana of its mesh, and none in it answers.',
    remedy:
      'One comes with the mesh where it is installed with osm.deployGrafana=true (with FSM: fsm.deployGrafana=true). For a Grafana of your own: mesh-telemetry dashboards export.',
    retryable: true,
  },
  server_refused: {
    code: 'server_refused',
    meaning: 'The collector asks for a bearer token, and got none or another one.',
    remedy: 'Give the file that holds the token: --token-file FILE (the same as http.bearerTokenFile of the collector).',
    retryable: false,
  },
  server_answer_unusable: {
    code: 'server_answer_unusable',
    meaning: 'Something answers at the address, but not as a collector of this version does.',
    remedy: 'Check the address given as --server; "npx mesh-telemetry version" must be the version that runs there.',
    retryable: false,
  },
  url_malformed: {
    code: 'url_malformed',
    meaning: 'What was named on the command line looks like a URL, and is none.',
    remedy: 'Write it as http://HOST:PORT/PATH; IPv6 addresses stand in brackets.',
    retryable: false,
  },
  options_contradict: {
    code: 'options_contradict',
    meaning: 'Two options of the command line ask for different things.',
    remedy: 'Leave one of them out.',
    retryable: false,
  },
  files_differ: {
    code: 'files_differ',
    meaning: 'Files that a command is to write are there already, and say something else.',
    remedy: 'Keep what was changed in them and write over the rest with --force, or take another folder: --folder FOLDER.',
    retryable: false,
  },
  file_unwritable: {
    code: 'file_unwritable',
    meaning: 'A file that a command is to write cannot be written.',
    remedy: 'Check that you may write there and that there is room, or take another folder: --folder FOLDER.',
    retryable: false,
  },
  file_unreadable: {
    code: 'file_unreadable',
    meaning: 'A file that was named on the command line cannot be read.',
    remedy: 'Check its path and that you may read it.',
    retryable: false,
  },
  trace_not_kept: {
    code: 'trace_not_kept',
    meaning: 'The trace that was named is not among the last ones, which alone a collector keeps; or more than one begins so.',
    remedy:
      'Type "mesh-telemetry spans" for those that are kept, or more digits. Older ones are in the backend that the collector sends spans to.',
    retryable: false,
  },
  rows_malformed: {
    code: 'rows_malformed',
    meaning: 'A file that is to hold rows holds something else.',
    remedy: 'Name a file, or the folder, that the collector writes rows to: forward.files.path in its configuration.',
    retryable: false,
  },
  namespace_not_meshed: {
    code: 'namespace_not_meshed',
    meaning: 'A namespace whose metrics are to be switched belongs to no mesh: its label monitored-by is missing or empty.',
    remedy: 'osm namespace add NAMESPACE (with FSM: fsm namespace add), or leave the namespace out.',
    retryable: false,
  },
  namespace_kept_out: {
    code: 'namespace_kept_out',
    meaning: 'A namespace whose metrics are to be enabled is labelled to be ignored by every mesh.',
    remedy: 'Take the label off: kubectl label namespace NAMESPACE openservicemesh.io/ignore- (with FSM: flomesh.io/ignore-).',
    retryable: false,
  },
  mesh_not_installed: {
    code: 'mesh_not_installed',
    meaning: 'A namespace names a mesh by its label monitored-by, and no controller of that mesh is found in the cluster.',
    remedy: 'See which meshes there are: mesh-telemetry mesh list. With --osm-namespace, only one namespace was looked at.',
    retryable: false,
  },
  namespace_of_other_mesh: {
    code: 'namespace_of_other_mesh',
    meaning: 'A namespace belongs to another mesh than --mesh-name says.',
    remedy: 'Leave the namespace out, or name its mesh: mesh-telemetry namespace list shows it.',
    retryable: false,
  },
  configmap_not_editable: {
    code: 'configmap_not_editable',
    meaning: 'The ConfigMap is wrong already, or its list of namespaces is written in a way that the command does not edit.',
    remedy: 'Write it by hand: kubectl edit configmap container-azm-ms-osmconfig -n kube-system',
    retryable: false,
  },
} as const satisfies Record<string, ProblemKind>

type Code = keyof typeof cliProblems | keyof typeof scrapeProblems | keyof typeof kubernetesProblems

const unreachable: readonly Code[] = [
  'server_unreachable',
  'collector_missing',
  'grafana_missing',
  'scrape_timeout',
  'connection_refused',
  'connection_reset',
  'connection_failed',
  'host_unreachable',
  'name_not_found',
  'tls_failed',
  'no_answer',
  'kubernetes_unreachable',
  'kubernetes_timeout',
  'kubernetes_unauthorized',
]
const misused: readonly Code[] = [
  'server_refused',
  'url_malformed',
  'options_contradict',
  'file_unreadable',
  'file_unwritable',
  'local_port_unusable',
  'address_refused',
  'kubernetes_no_access',
]

/** The exit code that a problem ends a command with. */
export function exitCodeOf({ code }: ProblemKind): ExitCode {
  if (unreachable.some((known) => known === code)) return exitCodes.unreachable
  return misused.some((known) => known === code) ? exitCodes.usage : exitCodes.problems
}
