/** Newer API servers ask for both verbs. */
const rule = '- apiGroups: [""], resources: ["pods/portforward"], verbs: ["get", "create"]'

/**
 * The right that it takes to open a port-forward; `undefined` where something else is in the way.
 *
 * @param refused what the API server said: `Unexpected server response: 403`
 * @param namespace of the pod
 */
export function rightToForward(refused: string, namespace: string): string | undefined {
  return /\b403\b/.test(refused) ? `It takes a right in the namespace ${namespace}: ${rule}` : undefined
}
