import { namespaceName } from '../discover/configmap.ts'

/** @throws {Error} where a text is no name of a namespace: it becomes part of a path */
export function namespaceIn(text: string): string {
  const name = text.trim()
  if (!namespaceName.test(name)) throw new Error('It is the name of a namespace, such as bookstore.')
  return name
}

/** `a,b` as osm takes it. @throws {Error} as `namespaceIn` */
export const namespacesIn = (text: string): string[] => text.split(',').map(namespaceIn)
