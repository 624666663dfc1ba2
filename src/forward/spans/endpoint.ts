/** The address with this path where it names none. */
export function withPath(endpoint: string, path: string): URL {
  const url = new URL(endpoint)
  if (url.pathname === '/') url.pathname = path
  return url
}

/** The address with this path at its end, where it is not already there. */
export function endingWith(endpoint: string, path: string): URL {
  const url = new URL(endpoint)
  const base = url.pathname.replace(/\/+$/, '')
  url.pathname = base.endsWith(path) ? base : base + path
  return url
}
