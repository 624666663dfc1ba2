import { readFile } from 'node:fs/promises'
import { buffer } from 'node:stream/consumers'
import { Problem } from '../runtime/problem.ts'
import type { Asker, Ground } from '../scrape/answer.ts'
import { BufferPool } from '../scrape/buffers.ts'
import { Connection } from '../scrape/connection.ts'
import { systemTrust, TlsConnection } from '../scrape/tls.ts'
import type { Context } from './context.ts'
import { fileReasonOf } from './file-reason.ts'
import { version } from './package-version.ts'
import { cliProblems } from './problems.ts'

const timeoutMs = 10_000
/** `127.0.0.1:15010`, `localhost:15010/stats/prometheus`, `[::1]:15010`: what a person types who leaves the scheme out. */
const isAddress = /^(?:\[[0-9a-f:.]+\]|[\w.-]+):\d{1,5}(?:[/?]|$)/i
const bodyLimitBytes = 64 * 2 ** 20

/**
 * A page as it came: from a URL by the collector's own client, with its limits and its refusals; from a file; from standard input for `-`.
 *
 * @throws {Problem} of the scraper's, or that URL or file are no good
 */
export async function readPage(source: string, context: Pick<Context, 'stdin' | 'signal' | 'clock'>): Promise<Buffer> {
  if (/^https?:\/\//i.test(source)) return await asked(requireUrl(source), context)
  try {
    return source === '-' ? await buffer(context.stdin) : await readFile(source)
  } catch (error) {
    if (isAddress.test(source))
      throw new Problem(cliProblems.url_malformed, `${source} is no file; a URL begins with http://`, { cause: error })
    throw new Problem(cliProblems.file_unreadable, `${source} cannot be read: ${fileReasonOf(error)}`, { cause: error })
  }
}

function requireUrl(text: string): URL {
  const url = URL.parse(text)
  if (!url) throw new Problem(cliProblems.url_malformed, `${text} is no URL`)
  return url
}

async function asked(url: URL, { signal, clock }: Pick<Context, 'signal' | 'clock'>): Promise<Buffer> {
  const buffers = new BufferPool(bodyLimitBytes)
  // Whoever types an address of this machine means it; the collector itself asks such addresses only in the demo and in tests.
  const ground: Ground = { clock, buffers, received: Buffer.alloc(65_536), allowLoopback: true, userAgent: `mesh-telemetry/${version}` }
  const asker: Asker = url.protocol === 'https:' ? new TlsConnection(url, { ground, trust: systemTrust() }) : new Connection(url, ground)
  const close = () => asker.close()
  signal.addEventListener('abort', close)
  try {
    const { body } = await asker.ask(`${url.pathname}${url.search}`, clock.monotonicMs() + timeoutMs)
    return body.view()
  } finally {
    signal.removeEventListener('abort', close)
    close()
  }
}
