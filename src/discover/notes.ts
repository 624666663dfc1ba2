import { z } from 'zod'
import type { NoteChanges, Notes } from '../model/record.ts'
import type { Life, Watches } from './born.ts'
import type { Monitored } from './configmap.ts'

/** What a run of discovery leaves to the next one, which then knows who began while nobody watched: whoever was never seen. */
export interface Written {
  readonly watches: Watches
  /** What the ConfigMap said when it was good last. */
  readonly monitored?: Monitored
}

const monitoredKey = 'monitored'
const scopePrefix = 'scope '
const podPrefix = 'pod '

const monitoredForm = z.object({ namespaces: z.array(z.string()), configVersion: z.string().optional() })
const lifeForm = z.tuple([z.boolean(), z.array(z.tuple([z.string(), z.boolean()]))])

/** What is to be written for the next run, given that everything before is. */
export function noteChanges(before: Written, now: Written): NoteChanges {
  const notes = new Map<string, string | undefined>()
  for (const [uid, life] of now.watches.lives) if (before.watches.lives.get(uid) !== life) notes.set(podPrefix + uid, lifeText(life))
  for (const uid of before.watches.lives.keys()) if (!now.watches.lives.has(uid)) notes.set(podPrefix + uid, undefined)
  for (const scope of now.watches.synced.difference(before.watches.synced)) notes.set(scopePrefix + scope, 'synced')
  for (const scope of before.watches.synced.difference(now.watches.synced)) notes.set(scopePrefix + scope, undefined)
  const monitored = now.monitored && JSON.stringify(now.monitored)
  if (monitored !== (before.monitored && JSON.stringify(before.monitored))) notes.set(monitoredKey, monitored)
  return notes
}

/** Reads it back; what is none of ours says nothing. */
export function readNotes(notes: Notes): Written {
  const synced = [...notes.keys()].filter((key) => key.startsWith(scopePrefix)).map((key) => key.slice(scopePrefix.length))
  const lives = [...notes].flatMap(([key, text]) => {
    const read = key.startsWith(podPrefix) ? lifeForm.safeParse(parsed(text)).data : undefined
    return read ? [[key.slice(podPrefix.length), { watched: read[0], targets: new Map(read[1]) }] as const] : []
  })
  const { namespaces, configVersion } = monitoredForm.safeParse(parsed(notes.get(monitoredKey))).data ?? {}
  return {
    watches: { synced: new Set(synced), lives: new Map(lives) },
    ...(namespaces && { monitored: { namespaces, ...(configVersion !== undefined && { configVersion }) } }),
  }
}

const lifeText = ({ watched, targets }: Life): string => JSON.stringify([watched, [...targets]])

function parsed(text = 'null'): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
