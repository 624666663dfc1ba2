import { readFile } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { loadConfig } from '../config/load.ts'
import type { Config } from '../config/schema.ts'
import { Problem } from '../runtime/problem.ts'
import type { Context } from './context.ts'
import { fileReasonOf } from './file-reason.ts'
import { cliProblems } from './problems.ts'

/** A configuration and the folder that its relative paths start from. */
export interface ConfigFile {
  readonly config: Config
  readonly baseDirectory: string
}

/** @throws {Problem} when the file cannot be read; {ConfigProblems} with everything that is wrong in it */
export async function openConfig(file: string, { env }: Pick<Context, 'env'>): Promise<ConfigFile> {
  const config = loadConfig(await configText(file), { file, env })
  return { config, baseDirectory: dirname(resolve(file)) }
}

/** @throws {Problem} when the file cannot be read */
export async function configText(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8')
  } catch (error) {
    throw new Problem(cliProblems.file_unreadable, `the configuration ${file} cannot be read: ${fileReasonOf(error)}`, { cause: error })
  }
}
