import { isIP } from 'node:net'

const pathLengthLimit = 256

/** The characters that RFC 3986 allows in a path: none of them is read as anything else, neither by `new URL` nor by a server. */
const plainPath = /^\/(?!\/)(?:[A-Za-z0-9\-._~!$&'()*+,;=:@/]|%[0-9A-Fa-f]{2})*$/

/** A port as an annotation gives it: a plain decimal from 1 to 65535. */
export function isPort(text: string): boolean {
  return /^[1-9]\d{0,4}$/.test(text) && Number(text) <= 65_535
}

/**
 * Whether a path may be asked for. It is input from a pod's owner: it must not lead to another host or out of itself, and must be read by everyone in
 * the same way. So it is absolute, does not begin with `//`, has no `.` or `..` segment, no query, fragment, backslash, space or control character,
 * also none that is percent-encoded, and is at most 256 characters long.
 */
export function isPath(text: string): boolean {
  if (text.length > pathLengthLimit || !plainPath.test(text)) return false
  const meant = decoded(text)
  if (meant === undefined || /[\s\\?#%]|\p{Cc}/u.test(meant)) return false
  return !meant.split('/').some((segment) => segment === '.' || segment === '..')
}

function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text)
  } catch {
    return undefined
  }
}

export interface Endpoint {
  readonly scheme: 'http' | 'https'
  /** An IP address without brackets, or a host name. */
  readonly host: string
  readonly port: string
  readonly path: string
}

/** The URL of a checked endpoint; IPv6 addresses get their brackets. `undefined` when the host is no host. */
export function urlOf({ scheme, host, port, path }: Endpoint): URL | undefined {
  const url = URL.parse(`${scheme}://${isIP(host) === 6 ? `[${host}]` : host}:${port}`)
  if (!url || url.username || url.password || url.search || url.hash || url.pathname !== '/') return undefined
  url.pathname = path
  return url
}
