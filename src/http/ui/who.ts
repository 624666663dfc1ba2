/** Whom an edge's labels name: callers and called ones as the page writes them, and as the API takes them. */

type Labels = Readonly<Record<string, string>>

const joined = (...parts: readonly (string | undefined)[]): string => parts.filter((part) => part).join('/')

/** Who calls, as `NAMESPACE/NAME`; empty where the called side alone tells. */
export const sourceOf = (labels: Labels): string => joined(labels.source_namespace, labels.source_service ?? labels.source_workload)

/** Who is called, as `NAMESPACE/NAME:PORT`, each part where it is known. */
export function destinationOf(labels: Labels): string {
  const name = joined(labels.destination_namespace, labels.destination_service ?? labels.destination_workload)
  return labels.destination_port ? `${name}:${labels.destination_port}` : name
}

/** The same without the port: the service, whichever of its ports is called. */
export const calledServiceOf = (labels: Labels): string =>
  joined(labels.destination_namespace, labels.destination_service ?? labels.destination_workload)

/** Tells an answer's sources apart: a service and a workload may have the same name. */
export const sourceKeyOf = (labels: Labels): string => JSON.stringify([sourceOf(labels), labels.source_service === undefined])

/** Tells an answer's pairs apart: destinations of two kinds may have the same name. */
export const pairKeyOf = (labels: Labels): string => JSON.stringify([sourceKeyOf(labels), destinationOf(labels), labels.destination_kind])

/** The name alone, for where the namespace is said elsewhere. */
export const shortNameOf = (name: string): string => name.slice(name.indexOf('/') + 1)

/** The namespace of `NAMESPACE/NAME`; empty where there is none. */
export const namespaceOf = (name: string): string => name.slice(0, Math.max(0, name.indexOf('/')))

/** Whether a text that somebody typed occurs in one of the names; upper and lower case are alike. */
export function isFound(search: string | undefined, ...names: readonly string[]): boolean {
  const wanted = (search ?? '').trim().toLowerCase()
  return wanted === '' || names.some((name) => name.toLowerCase().includes(wanted))
}

/** Characters that are not seen or turn the text around them are written as their numbers: a name must look like what it is. */
export const legible = (name: string): string =>
  name.replace(/[\p{C}\p{Zl}\p{Zp}]/gu, (found) => `\\u{${(found.codePointAt(0) ?? 0).toString(16).toUpperCase()}}`)
