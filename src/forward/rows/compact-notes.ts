import { z } from 'zod'
import type { Notes } from '../../model/record.ts'
import { noted } from './noted.ts'
import type { TargetTags } from './tags.ts'
import type { WorkloadNote } from './workload.ts'
import type { RoundNote } from './written.ts'

/** What keys begin with; the workload's name follows. */
export const [ofWorkload, ofRound] = ['workload ', 'workload-round ']

const tagsForm = z.strictObject({ app: z.string(), namespace: z.string(), pod_name: z.string() })
const workloadForm = z.strictObject({ members: z.array(z.string()), series: z.array(z.tuple([z.string(), z.number()])) })
const roundForm = z.strictObject({ timeMs: z.number(), vals: z.array(z.number().nullable()) })

export interface NotedWorkload {
  readonly name: string
  readonly tags: TargetTags
  readonly workload: WorkloadNote
  /** Absent where nothing was written of it. */
  readonly round?: RoundNote | undefined
}

/** The workloads that compact rows of the last run wrote down, those written longest ago first; one that is garbled begins anew. */
export function notedWorkloads(notes: Notes): readonly NotedWorkload[] {
  return [...notes].flatMap(([key, text]) => {
    if (!key.startsWith(ofWorkload)) return []
    const name = key.slice(ofWorkload.length)
    const [tags, workload] = [noted(tagsForm, name), noted(workloadForm, text)]
    return tags && workload ? { name, tags, workload, round: noted(roundForm, notes.get(ofRound + name) ?? '') } : []
  })
}

/** The keys under which compact rows write. */
export const compactKeys = (notes: Notes): readonly string[] =>
  [...notes.keys()].filter((key) => key.startsWith(ofWorkload) || key.startsWith(ofRound))
