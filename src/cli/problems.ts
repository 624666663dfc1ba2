import type { ProblemKind } from '../runtime/problem.ts'
import type { scrapeProblems } from '../scrape/problems.ts'
import { type ExitCode, exitCodes } from './context.ts'

/** What can go wrong between a command and the world. */
export const cliProblems = {
  server_unreachable: {
    code: 'server_unreachable',
    meaning: 'No collector answers at the address that the command asked.',
    remedy: 'Start one with "npx mesh-telemetry demo" or "npx mesh-telemetry run --config FILE", or say where it is with --server URL.',
    retryable: true,
  },
  server_refused: {
    code: 'server_refused',
    meaning: 'The collector asks for a bearer token, and got none or another one.',
    remedy: 'Give the file that holds the token: --token-file FILE (the same as http.bearerTokenFile of the collector).',
    retryable: false,
  },
  server_answer_unusable: {
    code: 'server_answer_unusable',
    meaning: 'Something answers at the address, but not as a collector of this version does.',
    remedy: 'Check the address given as --server; "npx mesh-telemetry version" must be the version that runs there.',
    retryable: false,
  },
  url_malformed: {
    code: 'url_malformed',
    meaning: 'What was named on the command line looks like a URL, and is none.',
    remedy: 'Write it as http://HOST:PORT/PATH; IPv6 addresses stand in brackets.',
    retryable: false,
  },
  file_unreadable: {
    code: 'file_unreadable',
    meaning: 'A file that was named on the command line cannot be read.',
    remedy: 'Check its path and that you may read it.',
    retryable: false,
  },
} as const satisfies Record<string, ProblemKind>

type Code = keyof typeof cliProblems | keyof typeof scrapeProblems

const unreachable: readonly Code[] = [
  'server_unreachable',
  'scrape_timeout',
  'connection_refused',
  'connection_reset',
  'connection_failed',
  'host_unreachable',
  'name_not_found',
  'tls_failed',
  'no_answer',
]
const misused: readonly Code[] = ['server_refused', 'url_malformed', 'file_unreadable', 'address_refused']

/** The exit code that a problem ends a command with. */
export function exitCodeOf({ code }: ProblemKind): ExitCode {
  if (unreachable.some((known) => known === code)) return exitCodes.unreachable
  return misused.some((known) => known === code) ? exitCodes.usage : exitCodes.problems
}
