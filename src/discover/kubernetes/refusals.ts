import { z } from 'zod'
import { Problem, type ProblemKind } from '../../runtime/problem.ts'
import { shellWord } from '../../runtime/shell.ts'
import { kubernetesProblems as kinds } from './problems.ts'

/** What was asked for. */
export interface Asked {
  readonly method: 'GET' | 'PATCH' | 'POST'
  readonly path: string
  readonly watch: boolean
  readonly query?: Readonly<Record<string, string>>
}

const statusForm = z.object({ message: z.string(), reason: z.string().optional() })

/** What an answer that is no success means. `body` is what the server sent: mostly a `Status` as JSON. */
export function refusal(asked: Asked, { status, body }: { readonly status: number; readonly body: string }): Problem {
  const told = messageOf(body) ?? `HTTP ${status}`
  if (status === 403) return missingRight(rightOf(asked), told)
  const kind = byStatus.get(status) ?? (status >= 500 ? kinds.kubernetes_failing : kinds.kubernetes_refused)
  return new Problem(kind, `${asked.method} ${asked.path} was answered ${status}: ${told}`)
}

const byStatus = new Map<number, ProblemKind>([
  [401, kinds.kubernetes_unauthorized],
  [404, kinds.kubernetes_not_found],
  [405, kinds.kubernetes_not_found],
  [409, kinds.kubernetes_conflict],
  [410, kinds.kubernetes_gone],
  [429, kinds.kubernetes_failing],
])

/** A right in words of RBAC. */
export interface Right {
  readonly verb: string
  /** With its subresource: `pods/portforward`; or several: `namespaces,pods`. */
  readonly resource: string
  /** Empty for the core group. */
  readonly group: string
  /** Absent: in all namespaces, or of an object that is in none. */
  readonly namespace?: string
  /** The one object that is meant; absent: all. */
  readonly name?: string
}

/**
 * Says which right is missing, and the commands that grant it.
 *
 * @param told the server's own sentence: it names who lacks the right
 */
export function missingRight(right: Right, told: string): Problem {
  const { verb, resource, namespace, name } = right
  const what = [verb, resource.replace(',', ' and '), ...(name === undefined ? [] : [name])].join(' ')
  const where = namespace === undefined ? 'in all namespaces' : `in namespace ${namespace}`
  const kind = { ...kinds.kubernetes_forbidden, remedy: granting(right, told) }
  return new Problem(kind, `The right to ${what} ${where} is missing: ${told}`)
}

/** Who reads must get, list and watch: one rule, so that the next right is not missed after this one. */
function granting({ verb, resource, group, namespace, name }: Right, told: string): string {
  const kind = namespace === undefined ? 'clusterrole' : 'role'
  const reads = ['get', 'list', 'watch'].includes(verb) && !resource.includes('/')
  const verbs = reads ? 'get,list,watch' : verb
  const subject = subjectIn(told)
  // Its own name for each right of each who asks: kubectl creates no second role or binding of a name.
  const parts = [resource.replace(/[/,]/, '-'), ...(reads ? [] : [verb]), ...(name === undefined ? [] : [name])]
  const role = shellWord([`mesh-telemetry-${parts.join('-')}`, ...(subject.name === undefined ? [] : [subject.name])].join(':'))
  const [plural = '', sub] = resource.split('/')
  const qualified = [group === '' ? plural : `${plural}.${group}`, ...(sub === undefined ? [] : [sub])].join('/')
  const only = name === undefined ? '' : ` --resource-name=${shellWord(name)}`
  const home = namespace === undefined ? '' : ` -n ${shellWord(namespace)}`
  return [
    `kubectl create ${kind} ${role}${home} --verb=${verbs} --resource=${qualified}${only}`,
    `kubectl create ${kind}binding ${role}${home} --${kind}=${role} ${subject.flag}`,
  ].join(' && ')
}

/** Whom the server names: `User "system:serviceaccount:shop:cart" cannot …`, as kubectl takes it and as part of a name, in which neither `/` nor `%` may be. */
function subjectIn(told: string): { readonly flag: string; readonly name?: string } {
  const user = /User "(?<user>[^"]+)"/.exec(told)?.groups?.user
  if (user === undefined) return { flag: '--user=NAME' }
  const account = /^system:serviceaccount:(?<name>[^:]+:[^:]+)$/.exec(user)?.groups?.name
  if (account !== undefined) return { flag: `--serviceaccount=${shellWord(account)}`, name: account }
  const name = user.replaceAll(/[/%=]/g, (sign) => `=${sign.charCodeAt(0).toString(16).toUpperCase()}`)
  return { flag: `--user=${shellWord(user)}`, name }
}

/** `/api/v1/namespaces/shop/pods/cart` and `/apis/apps/v1/deployments` in words of RBAC. */
export function rightOf({ method, path, watch, query = {} }: Asked): Right {
  const parts = path.split('/').filter(Boolean)
  const group = parts[0] === 'apis' ? (parts[1] ?? '') : ''
  const rest = parts.slice(parts[0] === 'apis' ? 3 : 2)
  const isNamespaced = rest[0] === 'namespaces' && rest.length > 2
  const [resource = '', name, sub] = isNamespaced ? rest.slice(2) : rest
  const reads = watch ? 'watch' : name === undefined ? 'list' : 'get'
  const verb = method === 'GET' ? reads : method === 'PATCH' ? 'patch' : 'create'
  const only = name ?? /^metadata\.name=(?<name>.+)$/.exec(query.fieldSelector ?? '')?.groups?.name
  return {
    verb,
    resource: sub === undefined ? resource : `${resource}/${sub}`,
    group,
    ...(isNamespaced && rest[1] && { namespace: rest[1] }),
    ...(only !== undefined && resource !== 'pods' && { name: only }), // pods come and go: a right to one of them is of no use
  }
}

/** The server's own sentence, on one line. */
export function messageOf(body: string): string | undefined {
  try {
    return statusForm.parse(JSON.parse(body)).message.replaceAll(/\s+/g, ' ').slice(0, 500)
  } catch {
    return body.trim() === '' ? undefined : body.replaceAll(/\s+/g, ' ').trim().slice(0, 200)
  }
}
