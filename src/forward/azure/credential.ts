import { readFile } from 'node:fs/promises'
import type { ClientSecretCredential, TokenCredential } from '@azure/identity'
import { DeliveryProblem } from '../destination.ts'
import { clouds } from './clouds.ts'
import type { AzureOptions } from './options.ts'
import { azureProblems } from './problems.ts'

type WhoOptions = Pick<AzureOptions, 'cloud' | 'credential' | 'clientId' | 'tenantId' | 'clientSecretFile'>

/**
 * Who the collector is to Azure. Nothing is asked yet: tokens are, when they are needed.
 *
 * @throws {Error} from the library, where the environment lacks what the credential needs
 */
export async function credentialOf({ cloud, credential, clientId, tenantId, clientSecretFile }: WhoOptions): Promise<TokenCredential> {
  const { ClientSecretCredential, DefaultAzureCredential, ManagedIdentityCredential, WorkloadIdentityCredential } =
    await import('@azure/identity')
  const { authorityHost } = clouds[cloud]
  const authority = authorityHost === undefined ? {} : { authorityHost }
  const client = clientId === undefined ? {} : { clientId }
  const tenant = tenantId === undefined ? {} : { tenantId }
  switch (credential) {
    case 'workloadIdentity':
      return new WorkloadIdentityCredential({ ...authority, ...client, ...tenant })
    case 'managedIdentity':
      return new ManagedIdentityCredential(client)
    case 'clientSecret':
      return followingSecret(clientSecretFile ?? '', (secret) => {
        return new ClientSecretCredential(tenantId ?? '', clientId ?? '', secret, authority)
      })
    case 'default':
      return new DefaultAzureCredential({
        ...authority,
        ...tenant,
        ...(clientId === undefined ? {} : { managedIdentityClientId: clientId, workloadIdentityClientId: clientId }),
      })
  }
}

/** Secrets are replaced while the collector runs: the file is read for each token, and whoever it makes of us keeps its tokens as long as the secret stays. */
function followingSecret(file: string, become: (secret: string) => ClientSecretCredential): TokenCredential {
  let known: { readonly secret: string; readonly credential: ClientSecretCredential } | undefined
  return {
    async getToken(scopes, options) {
      const secret = (await readFile(file, 'utf8').catch(unreadable(file))).trim()
      if (secret === '') throw new DeliveryProblem(azureProblems.azure_no_token, `The file ${file} holds no secret.`)
      if (known?.secret !== secret) known = { secret, credential: become(secret) }
      return known.credential.getToken(scopes, options)
    },
  }
}

const unreadable = (file: string) => (cause: NodeJS.ErrnoException) => {
  throw new DeliveryProblem(azureProblems.azure_no_token, `The file ${file} cannot be read: ${cause.code ?? cause.message}.`)
}
