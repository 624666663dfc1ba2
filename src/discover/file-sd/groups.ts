import { z } from 'zod'
import type { Labels } from '../../model/labels.ts'
import { type Place, Problem } from '../../runtime/problem.ts'
import { readDocuments } from '../files/documents.ts'
import { discoverProblems } from '../problems.ts'

/** One `host:port` of a file with the labels of its group. */
export interface FileEndpoint {
  readonly address: string
  readonly labels: Labels
  readonly place: Place
}

const labelName = /^[a-zA-Z_][a-zA-Z0-9_]*$/

/** The format of `file_sd_configs`. Source: Prometheus' configuration reference, which has no other fields. */
const form = z.array(
  z.strictObject({
    targets: z.array(z.string()),
    labels: z
      .record(z.string().regex(labelName, 'is no label name: letters, digits and underscores, no digit first'), z.string())
      .nullish(),
  }),
)

/**
 * Reads one file of `file_sd_configs`.
 *
 * @throws Problem `file_malformed`, `file_empty` or `object_invalid`, with file and line: then nothing of the file is used
 */
export function readGroups(text: string, file: string): readonly FileEndpoint[] {
  return readDocuments(text, file).flatMap((document) => {
    const { success, data, error } = form.safeParse(document.value)
    if (!success) {
      const [issue] = error.issues
      const path = issue?.path ?? []
      const message = `No list of { targets: [host:port], labels: {} }: ${path.map(String).join('.')} ${issue?.message}.`
      throw new Problem(discoverProblems.object_invalid, message, { place: { file, line: document.lineOf(path) } })
    }
    return data.flatMap(({ targets, labels }, group) =>
      targets.map((address, index) => ({
        address,
        labels: labels ?? {},
        place: document.placeOf([group, 'targets', index]),
      })),
    )
  })
}
