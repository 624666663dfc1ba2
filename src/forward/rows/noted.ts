import type { z } from 'zod'

/** What a note says; `undefined` for one that is cut or garbled: a run begins without it. */
export function noted<Form extends z.ZodType>(form: Form, text: string): z.output<Form> | undefined {
  try {
    return form.safeParse(JSON.parse(text)).data
  } catch {
    return undefined
  }
}
