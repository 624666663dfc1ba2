import { z } from 'zod'
import { listenAddress } from '../runtime/options.ts'

const hostMessage = 'is the name of a host without scheme and port, such as "mesh.example.com"'

/** The configuration's section `http`. `listen` becomes `{ host, port }`; paths stay as written. */
export const httpOptions = z
  .strictObject({
    listen: listenAddress({ example: '127.0.0.1:9464' })
      .prefault('127.0.0.1:9464')
      .describe(
        'Where the pages, the API and the web page are served, as host:port; IPv6 in brackets. Beyond loopback, set tls and bearerTokenFile.',
      ),
    tls: z
      .strictObject({
        cert: z.string().min(1).describe('File with the certificate chain in PEM, the own certificate first; followed live.'),
        key: z.string().min(1).describe("File with the certificate's private key in PEM; followed live."),
      })
      .optional()
      .describe('Serves HTTPS instead of HTTP.'),
    bearerTokenFile: z
      .string()
      .min(1)
      .optional()
      .describe(
        'File that holds one token; every request but those of the health probes and for the web page itself must then carry it as "Authorization: Bearer <token>". Followed live.',
      ),
    hosts: z
      .array(
        z
          .string()
          .regex(/^[A-Za-z0-9._-]+$/, hostMessage)
          .transform((name) => name.toLowerCase()),
      )
      .optional()
      .describe(
        'Names that requests may use for the collector, without port; addresses and localhost are always allowed. Without it every name is, except on loopback without bearerTokenFile, where none is: a web page could make its own name point there.',
      ),
    jaeger: z
      .url({ protocol: /^https?$/, error: 'is an http or https address such as "https://jaeger.example.com"' })
      .optional()
      .describe("Where browsers reach Jaeger's own page, for the links of the page for people. Nothing is sent there: that is forward's."),
  })
  .prefault({})
export type HttpOptions = z.output<typeof httpOptions>
