import { z } from 'zod'
import type { Monitored } from './configmap.ts'
import type { Watches } from './born.ts'

/** What a run of discovery leaves to the next one. */
export interface Written {
  readonly watches: Watches
  /** What the ConfigMap said when it was good last. */
  readonly monitored?: Monitored
}

const written = z.object({
  monitored: z.object({ namespaces: z.array(z.string()), configVersion: z.string().optional() }).optional(),
  scopes: z.array(
    z.tuple([z.string(), z.boolean(), z.array(z.tuple([z.string(), z.boolean(), z.array(z.tuple([z.string(), z.boolean()]))]))]),
  ),
})

/** Who was seen, as text. With it the next run knows who began while nobody watched: whoever is not named here. */
export function writeWatches({ watches, monitored }: Written): string {
  const scopes = [...watches].map(([scope, { synced, lives }]) => [
    scope,
    synced,
    [...lives].map(([uid, { watched, targets }]) => [uid, watched, [...targets]]),
  ])
  return JSON.stringify({ ...(monitored && { monitored }), scopes })
}

/** Reads it back; nobody was seen where the text is none of ours. */
export function readWatches(text: string | undefined): Written {
  const read = written.safeParse(parsed(text))
  if (!read.success) return { watches: new Map() }
  const { monitored, scopes } = read.data
  const watches: Watches = new Map(
    scopes.map(([scope, synced, lives]) => [
      scope,
      { synced, lives: new Map(lives.map(([uid, watched, targets]) => [uid, { watched, targets: new Map(targets) }])) },
    ]),
  )
  const { namespaces = [], configVersion } = monitored ?? {}
  return { watches, ...(monitored && { monitored: { namespaces, ...(configVersion !== undefined && { configVersion }) } }) }
}

function parsed(text = 'null'): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
