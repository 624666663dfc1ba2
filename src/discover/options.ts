import { z } from 'zod'
import { dialects } from '../model/dialect.ts'

const dialectNames = Object.keys(dialects) as (keyof typeof dialects)[]
const sources = ['kubernetes', 'manifests', 'file_sd'] as const

const source = z
  .enum(sources, {
    error: () => 'is "kubernetes" (an API server), "manifests" (a folder of Kubernetes objects) or "file_sd" (files of endpoints)',
  })
  .default('kubernetes')
  .describe(
    'Where the objects come from: kubernetes (an API server), manifests (a folder of Kubernetes objects as YAML or JSON) or file_sd (endpoints in the format of Prometheus).',
  )

/** The `discover` section of the configuration. Relative paths are meant from the configuration file's folder. */
export const discoverOptions = z
  .strictObject({
    source,
    namespaces: z
      .enum(['auto', 'configMap', 'annotation', 'either'])
      .default('auto')
      .describe(
        'What names the namespaces to scrape: the ConfigMap, the annotation openservicemesh.io/metrics, either of them, or auto: the ConfigMap where it exists, else the annotation.',
      ),
    configMap: z
      .strictObject({
        namespace: z.string().min(1).default('kube-system').describe('Namespace of the ConfigMap.'),
        name: z
          .string()
          .min(1)
          .default('container-azm-ms-osmconfig')
          .describe("Name of the ConfigMap. The default is the one that Azure's agent reads too."),
      })
      .prefault({}),
    mesh: z
      .strictObject({
        name: z.string().min(1).default('auto').describe('Name of the mesh; auto: as its controller pods say.'),
        namespace: z.string().min(1).default('auto').describe('Namespace of the control plane; auto: where its controller pods are.'),
        dialect: z
          .enum(['auto', ...dialectNames])
          .default('auto')
          .describe(
            'Which mesh it is; auto: per pod, by its proxy label and its sidecar container. An osm-edge that runs Envoy as its sidecar needs osm said here.',
          ),
      })
      .prefault({}),
    kubernetes: z
      .strictObject({
        kubeconfig: z
          .string()
          .min(1)
          .optional()
          .describe('Path of a kubeconfig. Without: $KUBECONFIG, ~/.kube/config, else the service account of the pod.'),
        context: z.string().min(1).optional().describe("Context of the kubeconfig. Without: the kubeconfig's current one."),
      })
      .prefault({}),
    manifests: z
      .strictObject({
        path: z
          .string()
          .min(1)
          .default('./manifests')
          .describe('Folder of *.yaml, *.yml and *.json files, subfolders included; followed live.'),
      })
      .prefault({}),
    file_sd: z
      .strictObject({
        paths: z
          .array(z.string().min(1))
          .default([])
          .describe('Files in the format of file_sd_configs of Prometheus, or folders of *.yaml, *.yml and *.json files; followed live.'),
      })
      .prefault({}),
  })
  .superRefine(({ source: chosen, file_sd }, context) => {
    if (chosen === 'file_sd' && file_sd.paths.length === 0)
      context.addIssue({
        code: 'custom',
        path: ['file_sd', 'paths'],
        message: 'names at least one file or folder when discover.source is file_sd',
      })
  })
  .prefault({})
export type DiscoverOptions = z.output<typeof discoverOptions>
