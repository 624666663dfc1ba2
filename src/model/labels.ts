/** Labels by name. A label that is absent and one that is empty are the same thing: absent. */
export type Labels = Readonly<Record<string, string>>

/** The identity of a label set: equal text, equal labels, whatever their order. */
export function labelsKey(labels: Labels): string {
  return Object.keys(labels)
    .sort()
    .map((name) => `${name}=${JSON.stringify(labels[name])}`)
    .join(',')
}
