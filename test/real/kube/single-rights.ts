import type { DeployedObject } from '../../support/deployment.ts'
import type { Rights } from './server.ts'

/** A right of one verb on one resource, and where it holds. */
export interface Single {
  readonly verb: string
  readonly resource: string
  readonly group: string
  readonly namespace: string | undefined
  /** The one object, where one is meant. */
  readonly name: string | undefined
}

const isRole = ({ kind }: DeployedObject) => kind === 'Role' || kind === 'ClusterRole'
/** What the roles among them allow. */
export const rightsOf = (objects: readonly DeployedObject[]): Rights[] =>
  objects.filter(isRole).map((role) => {
    const { namespace } = role.metadata
    return { rules: role.rules as Rights['rules'], ...(namespace !== undefined && { namespace }) }
  })

/** One verb, one resource at a time. */
export const single = ({ rules, namespace }: Rights): Single[] =>
  rules.flatMap(({ apiGroups: [group = ''], resources, verbs, resourceNames: [name] = [] }) =>
    resources.flatMap((resource) => verbs.map((verb) => ({ verb, resource, group, namespace, name }))),
  )

/** The same rights but one. */
export const less = (all: readonly Rights[], missing: Single): Rights[] =>
  all.map(({ rules, ...where }) => ({
    ...where,
    rules: rules
      .flatMap((rule) =>
        rule.resources.map((resource) => {
          const isMeant = where.namespace === missing.namespace && resource === missing.resource
          return { ...rule, resources: [resource], verbs: rule.verbs.filter((verb) => !(isMeant && verb === missing.verb)) }
        }),
      )
      .filter(({ verbs }) => verbs.length > 0),
  }))
