import { BlockList, isIP } from 'node:net'

/**
 * Addresses that no sidecar can have, by the word that says why; the first word that fits is said. Sources: the IANA special-purpose registries for
 * IPv4 and IPv6; the metadata services of AWS, Azure and Google (169.254.169.254, fd00:ec2::254, fd20:ce::254), Azure's wire server (168.63.129.16),
 * Alibaba Cloud (100.100.100.200) and Oracle Cloud (192.0.0.192).
 */
const refused = {
  metadata: ['169.254.169.254/32', '168.63.129.16/32', '100.100.100.200/32', '192.0.0.192/32', 'fd00:ec2::254/128', 'fd20:ce::254/128'],
  'link-local': ['169.254.0.0/16', 'fe80::/10'],
  unspecified: ['0.0.0.0/8', '::/128'],
  broadcast: ['255.255.255.255/32'],
  multicast: ['224.0.0.0/4', 'ff00::/8'],
  loopback: ['127.0.0.0/8', '::1/128'],
} as const

const familyOf = (address: string) => (isIP(address) === 6 ? 'ipv6' : 'ipv4')

const lists = Object.entries(refused).map(([word, subnets]) => {
  const list = new BlockList()
  for (const subnet of subnets) {
    const [network = '', bits] = subnet.split('/')
    list.addSubnet(network, Number(bits), familyOf(network))
  }
  return { word, list }
})

/** IPv6 addresses that only carry an IPv4 one and lead to it: compatible and mapped (RFC 4291), translated (RFC 2765), NAT64 (RFC 6052). */
const carriers = [
  /^::(?:ffff:(?:0:)?)?(?<high>[0-9a-f]{1,4}):(?<low>[0-9a-f]{1,4})$/,
  /^64:ff9b::(?<high>[0-9a-f]{1,4}):(?<low>[0-9a-f]{1,4})$/,
]

function carried(address: string): string | undefined {
  const plain = new URL(`http://[${address}]`).hostname.slice(1, -1)
  const found = carriers.map((carrier) => carrier.exec(plain)?.groups).find((groups) => groups !== undefined)
  if (!found) return undefined
  const [high, low] = [Number.parseInt(found.high ?? '', 16), Number.parseInt(found.low ?? '', 16)]
  return [high >> 8, high & 255, low >> 8, low & 255].join('.')
}

/**
 * Why an address is not to be scraped: it is nobody's pod, and whoever can write an address must not make us ask it.
 *
 * @param address IPv4 or IPv6 in any notation, without brackets and port
 * @returns `link-local`, `metadata`, `unspecified`, `multicast`, `broadcast`, `loopback` or `not an IP address`; `undefined` when it may be scraped
 */
export function refusal(address: string, options: { readonly allowLoopback: boolean }): string | undefined {
  const [bare = ''] = address.split('%')
  if (isIP(bare) === 0) return 'not an IP address'
  const inner = isIP(bare) === 6 ? carried(bare) : undefined
  const found = lists.find(({ list }) => list.check(bare, familyOf(bare)) || (inner !== undefined && list.check(inner, 'ipv4')))?.word
  return found === 'loopback' && options.allowLoopback ? undefined : found
}
