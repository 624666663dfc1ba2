export interface Instruction {
  readonly keyword: string
  readonly text: string
  /** The stage that it belongs to, counted from 0. */
  readonly stage: number
}

/** The instructions of a Dockerfile in their order, continued lines joined. */
export function instructionsOf(dockerfile: string): readonly Instruction[] {
  const lines = dockerfile
    .replaceAll(/^\s*#.*$/gm, '')
    .replaceAll(/\\\n/g, ' ')
    .split('\n')
    .filter((line) => line.trim() !== '')
  let stage = -1
  return lines.map((line) => {
    const [, keyword = '', text = ''] = /^(\w+)\s+(.*)$/.exec(line) ?? []
    if (keyword === 'FROM') stage++
    return { keyword, text, stage }
  })
}

/** The words of an instruction in exec form; throws where it is none. */
export const execForm = (text: string): readonly string[] => JSON.parse(text) as string[]
