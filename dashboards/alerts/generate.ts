import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { overview } from './overview.ts'
import { ruleFiles } from './rules.ts'

const root = join(import.meta.dirname, '../..')
for (const [path, text] of Object.entries({ ...ruleFiles, 'docs/runbooks/README.md': overview() })) await writeFile(join(root, path), text)
