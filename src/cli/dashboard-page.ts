import { Problem } from '../runtime/problem.ts'
import type { CollectorPlace } from './cluster-place.ts'
import type { Context } from './context.ts'
import { openBrowser } from './dashboard-browser.ts'
import { keepOpen } from './dashboard-tunnel.ts'
import { cliProblems } from './problems.ts'
import { remark } from './remarks.ts'

/**
 * Prints where the page of a collector is and opens it; where a port-forward leads there, stays until it is time to end.
 *
 * @throws {Problem} of `cliProblems`, where the page is not to be had
 */
export async function showPage(
  { client, tunnel }: CollectorPlace,
  { inBrowser }: { readonly inBrowser: boolean },
  context: Context,
): Promise<void> {
  await client.text('').catch((error: unknown) => {
    throw error instanceof Problem && error.kind.code === cliProblems.server_refused.code ? withToken(error) : error
  })
  const { href, protocol } = client.server
  context.stdout.write(`${href}\n`)
  if (tunnel && protocol === 'https:') remark(context, 'note', 'the certificate is for another name, of which the browser will warn')
  if (inBrowser) await openBrowser(href, context)
  if (tunnel) await keepOpen(tunnel, context)
}

function withToken({ kind, message }: Problem): Problem {
  const remedy =
    'The page itself asks for a token where it needs one; what stands before it lets no browser in. In the terminal: mesh-telemetry edges --token-file FILE'
  return new Problem({ ...kind, remedy }, message)
}
