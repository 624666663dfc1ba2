import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { dashboards, fileText } from './catalogue.ts'

for (const [name, dashboard] of Object.entries(dashboards)) await writeFile(join(import.meta.dirname, name), fileText(dashboard))
