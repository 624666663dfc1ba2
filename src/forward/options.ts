import { z } from 'zod'
import { azureOptions } from './azure/options.ts'
import { filesOptions } from './files/options.ts'

export const forwardOptions = z
  .strictObject({
    files: filesOptions.optional().describe('Rows to files.'),
    azure: azureOptions.optional().describe('Rows to a table of Log Analytics.'),
  })
  .prefault({})
export type ForwardOptions = z.output<typeof forwardOptions>
