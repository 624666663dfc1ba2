import { readFile } from 'node:fs/promises'
import { createSecureContext, type SecureContext } from 'node:tls'
import { Problem } from '../../runtime/problem.ts'
import { kubeletProblems } from './problems.ts'

/**
 * The header that says who asks. Tokens of service accounts are replaced every hour: the file is read each time, and nothing of it is kept.
 *
 * @throws {Problem} `kubelet_credentials_unusable`, which never quotes the file
 */
export async function authorization(tokenFile: string): Promise<{ readonly Authorization: string }> {
  const token = (await textOf(tokenFile)).trim()
  if (!/^[\x21-\x7e]+$/.test(token)) throw unusable(`The token file ${tokenFile} does not hold exactly one token of visible characters.`)
  return { Authorization: `Bearer ${token}` }
}

/**
 * Whom a node's certificate must be signed by.
 *
 * @throws {Problem} `kubelet_credentials_unusable`
 */
export async function trustIn(caFile: string): Promise<SecureContext> {
  const ca = await textOf(caFile)
  if (!ca.includes('-----BEGIN CERTIFICATE-----')) throw unusable(`The file ${caFile} holds no certificate.`)
  try {
    return createSecureContext({ ca })
  } catch (cause) {
    throw unusable(`The file ${caFile} holds no certificate that can be read.`, cause)
  }
}

function textOf(file: string): Promise<string> {
  return readFile(file, 'utf8').catch((cause: NodeJS.ErrnoException) => {
    throw unusable(`The file ${file} cannot be read: ${cause.code ?? cause.message}.`, cause)
  })
}

const unusable = (message: string, cause?: unknown) => new Problem(kubeletProblems.kubelet_credentials_unusable, message, { cause })
