/** What stands for environment variables in a text, resolved. */
export interface Substituted {
  readonly text: string
  /** Names that are not set and have no default. */
  readonly missing: readonly string[]
  /** Every `${…` that is no reference. */
  readonly malformed: readonly string[]
}

const references = /\$\$\{|\$\{(?<name>[A-Za-z_][A-Za-z0-9_]*)(?::-(?<fallback>[^}]*))?\}|\$\{[^}]*\}?/g

/** Replaces `${NAME}` and `${NAME:-default}` (unset or empty, as in a shell); `$${` becomes `${`. */
export function substitute(text: string, env: Readonly<Record<string, string | undefined>>): Substituted {
  const missing: string[] = []
  const malformed: string[] = []
  const replaced = text.replace(references, (found: string, ...rest: unknown[]) => {
    const { name, fallback } = rest.at(-1) as { readonly name?: string; readonly fallback?: string }
    if (found === '$${') return '${'
    if (name === undefined) {
      malformed.push(found)
      return ''
    }
    const value = fallback === undefined ? env[name] : env[name] || fallback
    if (value === undefined) missing.push(name)
    return value ?? ''
  })
  return { text: replaced, missing, malformed }
}
