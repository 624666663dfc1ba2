import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { workbookText } from './workbook/service-mesh.ts'

await writeFile(join(import.meta.dirname, 'service-mesh.workbook'), workbookText)
