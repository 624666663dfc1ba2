import type { InputProblem } from '../model/discovered.ts'
import type { Place, Problem, ProblemKind } from '../runtime/problem.ts'

const kept = 'What was read of it last stays in force until then.'
const keptList = 'the last good one stays in force, and where none is known no namespace is scraped.'

export const discoverProblems = {
  source_missing: {
    code: 'source_missing',
    meaning: 'A file or folder that discovery is to read does not exist.',
    remedy:
      'Create it, or correct discover.manifests.path or discover.file_sd.paths; relative paths are meant from the configuration file.',
    retryable: false,
  },
  source_unreadable: {
    code: 'source_unreadable',
    meaning: 'A file or folder that discovery follows cannot be read now.',
    remedy: `Check that it exists and that this user may read it: ls -l shows both. ${kept}`,
    retryable: true,
  },
  too_many_files: {
    code: 'too_many_files',
    meaning: 'A folder that discovery follows holds more files than are read.',
    remedy: 'Put many objects into one file, or point discover.manifests.path at a smaller folder.',
    retryable: false,
  },
  file_too_large: {
    code: 'file_too_large',
    meaning: 'A file that discovery follows is larger than is read.',
    remedy: `Split it into several files. ${kept}`,
    retryable: false,
  },
  file_empty: {
    code: 'file_empty',
    meaning: 'A file that discovery follows is empty: it is being written, or something went wrong while it was.',
    remedy: `Write it again; delete it if its objects are to go. ${kept}`,
    retryable: false,
  },
  file_malformed: {
    code: 'file_malformed',
    meaning: 'A file that discovery follows is no valid YAML or JSON.',
    remedy: `Mend the line. ${kept}`,
    retryable: false,
  },
  object_invalid: {
    code: 'object_invalid',
    meaning: 'A file that discovery follows holds something that is no object of the expected form.',
    remedy: `Mend the line; kubectl apply --dry-run=client -f FILE says what Kubernetes thinks of it. ${kept}`,
    retryable: false,
  },
  object_repeated: {
    code: 'object_repeated',
    meaning: 'The same object stands in the followed files more than once; the first one counts.',
    remedy: 'Delete all but one of them.',
    retryable: false,
  },
  configmap_missing: {
    code: 'configmap_missing',
    meaning: 'discover.namespaces wants the ConfigMap to name the namespaces, and there is none.',
    remedy: 'kubectl apply -f configmaps/container-azm-ms-osmconfig.yaml, or set discover.namespaces to auto or annotation.',
    retryable: true,
  },
  configmap_schema_version: {
    code: 'configmap_schema_version',
    meaning: `The ConfigMap has another schema-version than v1, or none; ${keptList}`,
    remedy: 'Set data.schema-version to v1.',
    retryable: false,
  },
  configmap_key_missing: {
    code: 'configmap_key_missing',
    meaning: `The ConfigMap lacks the key that holds the list of namespaces; ${keptList}`,
    remedy: 'Write data.osm-metric-collection-configuration as in configmaps/container-azm-ms-osmconfig.yaml.',
    retryable: false,
  },
  configmap_malformed: {
    code: 'configmap_malformed',
    meaning: `The ConfigMap's osm-metric-collection-configuration is no valid TOML, or its tables and its list have another name or form; ${keptList}`,
    remedy: 'Mend the line; under [osm_metric_collection_configuration.settings] stands monitor_namespaces = ["bookbuyer", "bookstore"].',
    retryable: false,
  },
  configmap_namespace_invalid: {
    code: 'configmap_namespace_invalid',
    meaning: 'The ConfigMap names something that cannot be the name of a namespace; that entry is left out.',
    remedy: 'Write each namespace by its full name, without patterns. See which there are: kubectl get namespaces',
    retryable: false,
  },
  configmap_namespace_repeated: {
    code: 'configmap_namespace_repeated',
    meaning: 'The ConfigMap names a namespace more than once; it counts once.',
    remedy: 'Delete all but one of them from monitor_namespaces.',
    retryable: false,
  },
  metrics_annotation_invalid: {
    code: 'metrics_annotation_invalid',
    meaning:
      'The metrics annotation of a namespace has a value that the mesh does not know; new pods of that namespace are refused by its injector.',
    remedy:
      'Write a valid value: mesh-telemetry metrics enable --namespace NAMESPACE, or mesh-telemetry metrics disable --namespace NAMESPACE.',
    retryable: false,
  },
  several_meshes: {
    code: 'several_meshes',
    meaning: 'Controllers of a mesh run in several namespaces; one of them is taken for the control plane.',
    remedy: 'Set discover.mesh.namespace to the namespace of the control plane that is meant.',
    retryable: false,
  },
  mesh_unknown: {
    code: 'mesh_unknown',
    meaning: 'discover.mesh.name names a mesh that none of the controllers is of: its control plane is not scraped.',
    remedy: 'Set discover.mesh.name to a name that mesh-telemetry mesh list shows, or leave it out.',
    retryable: false,
  },
  agent_collects_too: {
    code: 'agent_collects_too',
    meaning: "Azure's agent for logs runs in the cluster and follows the same ConfigMap: it collects what this collector does.",
    remedy:
      'Give one of the two another list: set discover.configMap to a ConfigMap of your own, and empty monitor_namespaces of the one that the agent follows. Where both are wanted, nothing need be done.',
    retryable: false,
  },
  endpoint_refused: {
    code: 'endpoint_refused',
    meaning: 'An endpoint has an address, port, scheme or path that is not scraped; it is left out.',
    remedy:
      'Write targets as host:port, __scheme__ as http or https, __metrics_path__ as a plain absolute path; scrape.allowLoopback allows loopback.',
    retryable: false,
  },
} as const satisfies Record<string, ProblemKind>

/** A fault of an input, as status and people see it. */
export function inputProblem(kind: ProblemKind, message: string, { file, line }: Place = {}): InputProblem {
  return { code: kind.code, message, remedy: kind.remedy, ...(file !== undefined && { file }), ...(line !== undefined && { line }) }
}

export const asInputProblem = ({ kind, message, place }: Problem): InputProblem => inputProblem(kind, message, place)
