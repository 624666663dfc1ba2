import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { generatedPages } from './catalogue.ts'

for (const [name, text] of Object.entries(generatedPages)) await writeFile(join(import.meta.dirname, name), text)
