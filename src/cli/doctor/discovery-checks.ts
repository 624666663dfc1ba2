import { kubernetesProblems } from '../../discover/kubernetes/problems.ts'
import { counted } from '../figure-text.ts'
import type { Complaint, Facts } from './facts.ts'
import { unreadText } from './unread.ts'
import { broken, type Check, type Fault, ok, unknown } from './verdict.ts'

/** Which link an input's problem belongs to; the rest hinders reading as such. */
const linkOf = ({ code }: Complaint): 'configmap' | 'namespaces' | 'objects' => {
  if (code.startsWith('configmap_') || code === 'agent_collects_too') return 'configmap'
  return code === 'metrics_annotation_invalid' ? 'namespaces' : 'objects'
}

const complaintsOf = ({ complaints }: Facts, link: ReturnType<typeof linkOf>) => complaints.filter((one) => linkOf(one) === link)

/** `mesh.yaml:12: The ConfigMap … (configmap_malformed)` */
export const asFault = ({ code, message, remedy, place }: Complaint): Fault => ({
  what: `${place === undefined ? '' : `${place}: `}${message} (${code})`,
  remedy,
})

export const objectsCheck: Check = {
  name: 'objects',
  link: 'What the cluster says: namespaces, pods, settings',
  look(facts) {
    const faults = complaintsOf(facts, 'objects')
    const lacks = lacksBeside(faults, facts)
    const isAllRead = facts.unread.kinds.length === 0
    if ('lack' in facts.collector) {
      // The rights of a person at a desk are no link of the chain: what they hide may be in order.
      const hidden = faults.every(({ code }) => code === kubernetesProblems.kubernetes_forbidden.code)
      if (faults.length === 0)
        return ok(isAllRead ? 'You may read all of it.' : `You may read all of it but ${unreadText(facts.unread)}.`, lacks)
      if (!facts.discovered) {
        const what = hidden ? 'You may not read what it takes' : 'The cluster cannot be asked'
        return broken(`${what}, so that nothing of the mesh is known.`, faults.map(asFault))
      }
      return (hidden ? unknown : broken)(
        hidden ? 'You may not read all of it, so that some of what follows is not known.' : troubles(faults),
        [...faults.map(asFault), ...lacks],
      )
    }
    if (faults.length > 0) return broken(troubles(faults), [...faults.map(asFault), ...lacks])
    const deaf = facts.collector.watches.filter(({ heard }) => !heard)
    if (deaf.length > 0) return unknown(`The collector does not hear of ${deaf.map(({ title }) => title).join(', ')} now.`, lacks)
    return ok(
      facts.collector.watches.length === 0
        ? 'The collector reads them from files.'
        : `The collector follows ${facts.collector.watches.map(({ title }) => title).join(', ')}.${isAllRead ? '' : ` It may not read ${unreadText(facts.unread)}.`}`,
      lacks,
    )
  },
}

/** Rights without which it goes on, each with what grants it, but those that are told already. */
function lacksBeside(told: readonly Complaint[], { unread }: Facts): Fault[] {
  const known = new Set(told.map(({ remedy }) => remedy))
  return unread.kinds.flatMap(({ lack }) => (lack && !known.has(lack.remedy) ? [asFault(lack)] : []))
}

const troubles = (faults: readonly Complaint[]) => `${counted(faults.length, 'problem')} with what is read.`

export const configMapCheck: Check = {
  name: 'configmap',
  link: 'Which namespaces count: the ConfigMap, or annotations',
  look(facts) {
    const faults = complaintsOf(facts, 'configmap')
    const rule = sentence(facts.rule)
    if (!facts.discovered) return unknown(rule, faults.map(asFault))
    const mayExist = facts.unread.kinds.some(({ resource }) => resource === 'configmaps') && rule.includes('ConfigMap')
    if (faults.length === 0) return (mayExist ? unknown : ok)(rule)
    const wrong = faults.some(({ code }) => code.startsWith('configmap_'))
    return (wrong ? broken : unknown)(rule, faults.map(asFault))
  },
}

export const namespacesCheck: Check = {
  name: 'namespaces',
  link: 'The named namespaces',
  look(facts) {
    const { namespaces, dropped, sidecars, discovered } = facts
    if (!discovered) return unknown(nothingKnown(facts))
    const missing = dropped.filter(({ reason }) => reason === 'namespace_unknown')
    const faults = [...complaintsOf(facts, 'namespaces').map(asFault), ...missing.map(droppedFault)]
    const unnamed = dropped.filter(({ reason }) => reason === 'namespace_not_named')
    const others = unnamed.map(droppedFault)
    const aside = unnamed.length === 0 ? '' : ` In the mesh and not named: ${listed(unnamed.map(({ namespace }) => namespace))}.`
    if (namespaces.length === 0 && sidecars.length > 0) return ok('Endpoints are named outright, not by namespace.')
    if (namespaces.length === 0)
      return broken(`No namespace is named.${aside}`, [...faults, ...(unnamed.length > 0 ? others : [noneMeshed])])
    if (faults.length === 0) return ok(`${counted(namespaces.length, 'namespace')}: ${listed(namespaces)}.${aside}`, others)
    const said =
      missing.length > 0
        ? `Not there: ${listed(missing.map(({ namespace }) => namespace))}.`
        : 'Metrics are switched by a word that the mesh does not know.'
    return broken(`${said}${aside}`, [...faults, ...others])
  },
}

const noneMeshed: Fault = {
  what: 'No namespace is in a mesh.',
  remedy: 'osm namespace add NAMESPACE, then mesh-telemetry metrics enable --namespace NAMESPACE',
}
/** Where discovery has no outcome. */
export const nothingKnown = ({ collector }: Facts) =>
  'lack' in collector ? 'Without pods none can be told.' : 'The collector knows of none yet.'

/** Nothing is to be mended: the pod is on its way out, or has done its work. */
const gone = new Set(['ended', 'address_taken'])
/** It may be only a matter of time. */
const coming = new Set(['not_running', 'no_ip'])

export const podsCheck: Check = {
  name: 'pods',
  link: 'Their pods, each with a sidecar that shows its metrics',
  look(facts) {
    const { namespaces, dropped, sidecars, discovered, unread } = facts
    if (!discovered) return unknown(nothingKnown(facts))
    const candidates = dropped.filter(({ pod, reason }) => pod !== null && !gone.has(reason))
    const outside = candidates.filter(({ reason }) => reason === 'host_network')
    const pods = candidates.filter(({ reason }) => reason !== 'host_network')
    const starting = pods.filter(({ reason }) => coming.has(reason))
    const wrong = pods.filter(({ reason }) => !coming.has(reason))
    const all = sidecars.length + pods.length
    const empty = namespaces.filter(
      (name) => ![...sidecars, ...dropped].some(({ namespace }) => namespace === name) && !unread.namespaces.includes(name),
    )
    const aside = [
      empty.length === 0 ? '' : ` No pods in ${listed(empty)}.`,
      unread.namespaces.length === 0 ? '' : ` Those in ${listed(unread.namespaces)} may not be read.`,
      outside.length === 0
        ? ''
        : ` Not counted, on their node's network and so never with a sidecar: ${listed(outside.map(({ namespace, pod }) => `${namespace}/${pod}`))}.`,
    ].join('')
    if (wrong.length > 0)
      return broken(`${wrong.length} of ${counted(all, 'pod')} cannot be scraped.${aside}`, [...wrong, ...starting].map(droppedFault))
    if (starting.length > 0)
      return unknown(
        `${starting.length} of ${counted(all, 'pod')} ${starting.length === 1 ? 'does' : 'do'} not run yet.${aside}`,
        starting.map(droppedFault),
      )
    if (all === 0) return unknown(`There is no pod to scrape.${aside}`)
    const found = `${counted(all, 'pod')}, each with a sidecar that may be scraped.${aside}`
    return unread.namespaces.length > 0 ? unknown(found) : ok(found)
  },
}

const droppedFault = ({ namespace, pod, reason, remedy }: Facts['dropped'][number]): Fault => ({
  what: `${pod === null ? namespace : `${namespace}/${pod}`}: ${reason}`,
  remedy,
})

const listedLimit = 8

/** Names in a sentence; not all of them where they are many. */
function listed(names: readonly string[]): string {
  const rest = names.length - listedLimit
  return rest > 1 ? `${names.slice(0, listedLimit).join(', ')} and ${rest} more` : names.join(', ')
}

const sentence = (text: string) => `${text.slice(0, 1).toUpperCase()}${text.slice(1).replace(/\.$/, '')}.`
