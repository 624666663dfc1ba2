import { z } from 'zod'

/** A switch in a query. */
export const flag = (usual: 'true' | 'false') =>
  z
    .enum(['true', 'false'], 'is true or false')
    .prefault(usual)
    .transform((text) => text === 'true')

/** A name, whatever characters it has: it is only compared. */
export const nameText = () => z.string('is given once').min(1, 'is a name')

const rfc3339 = /^\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:\d\d)$/i
const epochMs = /^\d{1,15}$/
const timeOf = (text: string): number => (epochMs.test(text) ? Number(text) : rfc3339.test(text) ? Date.parse(text) : Number.NaN)

/** A moment as text; the schema's output is milliseconds since the epoch. */
export const moment = () =>
  z
    .string('is given once')
    .refine((text) => !Number.isNaN(timeOf(text)), 'is a time such as "2026-01-31T09:30:00Z", or milliseconds since the epoch')
    .transform(timeOf)
