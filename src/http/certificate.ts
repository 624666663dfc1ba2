import { createSecureContext } from 'node:tls'
import { Problem } from '../runtime/problem.ts'
import { FollowedFiles } from './followed-file.ts'
import { httpProblems } from './problems.ts'

export interface Certificate {
  readonly cert: string
  readonly key: string
}

/** Reads certificate and key, and follows them; throws a `Problem` when they cannot be used. */
export async function openCertificate(paths: Certificate): Promise<FollowedFiles<Certificate>> {
  const followed = new FollowedFiles([paths.cert, paths.key], ([cert = '', key = '']) => {
    createSecureContext({ cert, key }) // throws unless they belong together
    return { cert, key }
  })
  try {
    await followed.refresh()
  } catch (error) {
    throw new Problem(httpProblems.tls_unusable, `http.tls cannot be used: ${(error as Error).message}`, { cause: error })
  }
  return followed
}
