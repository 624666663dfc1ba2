import type { PodIdentity } from '../../model/target.ts'

/** How long a pod that left goes on being found: spans come some seconds after what they tell of. */
const departedForMs = 60_000

interface Tenant {
  readonly pod: PodIdentity
  /** Since when the address is somebody else's, or nobody's. */
  readonly leftMs: number
}

const ipv4 = /^[\d.]+$/

/** An address as everybody here writes it: of a socket that speaks both families, IPv4 comes as `::ffff:10.0.0.1`. */
export function plainAddress(address: string): string {
  if (ipv4.test(address)) return address
  const [bare = ''] = address.toLowerCase().split('%')
  return bare.startsWith('::ffff:') && bare.includes('.') ? bare.slice('::ffff:'.length) : bare
}

/** Which pod has which address, and had it a moment ago. All times are wall times, since spans have no others. */
export class AddressBook {
  /** By address, whoever came first first. */
  readonly #tenants = new Map<string, readonly Tenant[]>()
  #pods: ReadonlyMap<PodIdentity['uid'], PodIdentity> = new Map()
  /** Addresses that somebody left, to be looked at again when that is forgotten. */
  #left: { readonly address: string; readonly leftMs: number }[] = []

  /** Takes all pods that there are. It costs what changed, and little for the others. */
  know(pods: readonly PodIdentity[], nowMs: number): void {
    const before = this.#pods
    this.#pods = new Map(pods.map((pod) => [pod.uid, pod]))
    const changed = [
      ...pods.filter((pod) => before.get(pod.uid) !== pod),
      ...before.values().filter((pod) => this.#pods.get(pod.uid) !== pod),
    ]
    const forgotten = this.#left.filter(({ leftMs }) => !isRemembered(leftMs, nowMs))
    if (forgotten.length > 0) this.#left = this.#left.filter(({ leftMs }) => isRemembered(leftMs, nowMs))
    const addresses = new Set([...changed.flatMap(addressesOf), ...forgotten.map(({ address }) => address)])
    if (addresses.size === 0) return
    const present = Map.groupBy(
      pods.flatMap((pod) => addressesOf(pod).flatMap((address) => (addresses.has(address) ? { pod, address } : []))),
      ({ address }) => address,
    )
    for (const address of addresses) {
      const here = (present.get(address) ?? []).map(({ pod }) => pod)
      this.#follow(address, tenantsAfter(this.#tenants.get(address) ?? [], here, nowMs), nowMs)
    }
  }

  #follow(address: string, tenants: readonly Tenant[], nowMs: number): void {
    if (tenants.length > 0) this.#tenants.set(address, tenants)
    else this.#tenants.delete(address)
    if (tenants.some(({ leftMs }) => leftMs === nowMs)) this.#left.push({ address, leftMs: nowMs })
  }

  /** Who had an address at a moment; where that is not known, who had it last. */
  podAt(address: string, { atMs, nowMs }: { readonly atMs: number; readonly nowMs: number }): PodIdentity | undefined {
    const all = this.#tenants.get(plainAddress(address)) ?? []
    if (all.length === 1 && all[0]?.leftMs === Infinity) return all[0].pod
    const tenants = all.filter(({ leftMs }) => isRemembered(leftMs, nowMs))
    return (tenants.find(({ leftMs }) => leftMs >= atMs) ?? tenants.at(-1))?.pod
  }
}

const addressesOf = ({ addresses = [] }: PodIdentity) => addresses

const isRemembered = (leftMs: number, nowMs: number) => leftMs + departedForMs >= nowMs

/** A pod that goes may stand beside the one that has its address by now: whoever came last has it. */
function tenantsAfter(before: readonly Tenant[], pods: readonly PodIdentity[], nowMs: number): readonly Tenant[] {
  const known = new Set(before.map(({ pod }) => pod.uid))
  const here = new Map(pods.map((pod) => [pod.uid, pod]))
  const newcomers = pods.filter(({ uid }) => !known.has(uid)).map((pod): Tenant => ({ pod, leftMs: Infinity }))
  const all = [...before, ...newcomers]
  const holder = all.findLast(({ pod }) => here.has(pod.uid))
  const tenants = all.map((tenant): Tenant => {
    const { pod, leftMs } = tenant
    return { pod: here.get(pod.uid) ?? pod, leftMs: tenant === holder ? Infinity : Math.min(leftMs, nowMs) }
  })
  return tenants.filter(({ pod, leftMs }) => here.has(pod.uid) || isRemembered(leftMs, nowMs))
}
