import { z } from 'zod'
import type { NoteChanges, Notes } from '../model/record.ts'
import type { PodIdentity } from '../model/target.ts'

const podForm = z.object({
  namespace: z.string(),
  name: z.string(),
  uid: z.string(),
  controller: z.object({ kind: z.string(), name: z.string() }).optional(),
})

/** Pods that became known or were forgotten, as notes for the next run. */
export function noteChanges(pods: ReadonlyMap<string, PodIdentity | undefined>): NoteChanges {
  return new Map([...pods].map(([identity, pod]) => [identity, pod && textOf(pod)]))
}

/** Reads them back. A note that is none of ours names nobody: names stay as the statistics have them. */
export function podsIn(notes: Notes): readonly PodIdentity[] {
  return [...notes.values()].flatMap((text) => {
    const { success, data } = podForm.safeParse(parsed(text))
    if (!success) return []
    const { controller, ...pod } = data
    return [{ ...pod, ...(controller && { controller }) }]
  })
}

const textOf = ({ namespace, name, uid, controller }: PodIdentity): string => JSON.stringify({ namespace, name, uid, controller })

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
