import { z } from 'zod'
import { duration } from '../../runtime/options.ts'

/** What Kubernetes puts into every pod. */
const serviceAccount = '/var/run/secrets/kubernetes.io/serviceaccount'

/** The configuration's section `scrape.cadvisor`. */
export const cadvisorOptions = z
  .strictObject({
    from: z
      .enum(['off', 'kubelet', 'apiserver'])
      .default('off')
      .describe(
        "Where CPU and memory of the scraped pods' containers come from, for OSM's dashboards on /metrics/osm; nodes are known with discover.source kubernetes and manifests. kubelet: asks each node that has such a pod on port 10250 and needs the right nodes/metrics (deploy/components/cadvisor). apiserver: asks through the API server and needs nodes/proxy, with which whoever takes the token can run commands in every pod: a last resort, where nodes cannot be reached. off: nowhere from, which is right also where Prometheus has a job for cAdvisor of its own, since every sum would be doubled.",
      ),
    interval: duration({ min: '1s', max: '1h' })
      .prefault('10s')
      .describe(
        "How often each node is read, as a duration. cAdvisor measures every ten to fifteen seconds: OSM's panels, which look at one minute, get gaps from 20s on, and at 30s are empty half of the time.",
      ),
    tokenFile: z
      .string()
      .min(1)
      .default(`${serviceAccount}/token`)
      .describe('File with the token that is sent to nodes, or to the API server, and to nobody else. Read for each request.'),
    caFile: z
      .string()
      .min(1)
      .default(`${serviceAccount}/ca.crt`)
      .describe(
        "File with the authorities that sign the nodes' certificates, or the API server's. Read for each new connection; the system's own authorities do not count.",
      ),
    insecureSkipVerify: z
      .boolean()
      .default(false)
      .describe(
        'Whether the token is sent to nodes whose certificate no authority of caFile signed, as it is where kubelets sign their own: whoever can answer for the address of a node gets the token.',
      ),
    apiServer: z
      .url({ protocol: /^https$/, error: 'is an https address such as "https://kubernetes.default.svc"' })
      .default('https://kubernetes.default.svc')
      .describe('Address of the API server, where from is apiserver.'),
  })
  .refine(({ from, insecureSkipVerify }) => !(from === 'apiserver' && insecureSkipVerify), {
    path: ['insecureSkipVerify'],
    error: "is for nodes; the API server's certificate is always checked",
  })
  .prefault({})
