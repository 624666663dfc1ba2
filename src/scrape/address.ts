import { lookup } from 'node:dns'
import { isIP, type LookupFunction } from 'node:net'
import { refusal } from '../model/address.ts'
import { Problem } from '../runtime/problem.ts'
import { scrapeProblems } from './problems.ts'

type Rule = { readonly allowLoopback: boolean }

/** A URL's host without the brackets of IPv6. */
export const hostOf = (url: URL): string => url.hostname.replace(/^\[|\]$/g, '')

/** @throws {Problem} `address_refused` for an address; a name is judged when it is looked up */
export function requireAddress(host: string, rule: Rule): void {
  const word = isIP(host) === 0 ? undefined : refusal(host, rule)
  if (word) throw new Problem(scrapeProblems.address_refused, `${host} is never asked: ${word} address.`)
}

/**
 * Looks names up for a socket and lets it have only addresses that may be asked. The socket connects to exactly those, so a name cannot mean one address
 * when it is checked and another when it is used. One bad address among several refuses the name.
 */
export function checkedLookup(rule: Rule, resolve: typeof lookup = lookup): LookupFunction {
  return (host, options, callback) =>
    resolve(host, { ...options, all: true }, (error, found) => {
      if (error) return callback(error, [])
      const bad = found.find(({ address }) => refusal(address, rule) !== undefined)
      const [first] = found
      if (bad) return callback(refused(host, bad.address, rule), [])
      if (options.all || !first) return callback(null, found)
      return callback(null, first.address, first.family)
    })
}

function refused(host: string, address: string, rule: Rule): Problem {
  return new Problem(scrapeProblems.address_refused, `${host} is never asked: it means ${address}, a ${refusal(address, rule)} address.`)
}
