import type { TokenCredential } from '@azure/identity'
import type { LogsIngestionClient, LogsIngestionClientOptions } from '@azure/monitor-ingestion'
import { clouds } from './clouds.ts'
import type { AzureOptions } from './options.ts'

interface ClientParts extends Pick<AzureOptions, 'endpoint' | 'cloud'> {
  readonly credential: TokenCredential
  /** Authorities to trust instead of those that Node knows, PEM; absent, those. */
  readonly ca: string | undefined
  /** Whether its uploads are to carry no rows, whatever they are given. */
  readonly isProbe: boolean
}

type Policy = NonNullable<LogsIngestionClientOptions['additionalPolicies']>[number]

/** The library sends nothing for an empty array: the probe's one row is taken out on its way, before it is compressed. */
const withoutRows: Policy = {
  position: 'perCall',
  policy: {
    name: 'withoutRows',
    sendRequest: (request, next) => {
      request.body = '[]'
      return next(request)
    },
  },
}

/** The client library, loaded only here. It repeats nothing, and takes the token nowhere else: redirects are not followed. */
export async function ingestionClient({ endpoint, cloud, credential, ca, isProbe }: ClientParts): Promise<LogsIngestionClient> {
  const { LogsIngestionClient } = await import('@azure/monitor-ingestion')
  return new LogsIngestionClient(endpoint, credential, {
    audience: clouds[cloud].audience,
    retryOptions: { maxRetries: 0 },
    redirectOptions: { maxRetries: 0 },
    ...(ca === undefined ? {} : { tlsOptions: { ca } }),
    ...(isProbe ? { additionalPolicies: [withoutRows] } : {}),
  })
}
