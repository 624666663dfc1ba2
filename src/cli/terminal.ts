import { stripVTControlCharacters } from 'node:util'
import type { Context, Output } from './context.ts'

/** What would move the cursor, colour the terminal or reorder a line: control and format characters, line and paragraph separators, lone surrogates. */
const unprintable = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu

/** A name as it may be shown: names come from whoever runs a pod, and a terminal would obey what they hold. */
export function printable(text: string): string {
  return text.replace(unprintable, (character) => `\\u{${character.codePointAt(0)?.toString(16)}}`)
}

/** Text for programs, as it is; on a terminal, made harmless. */
export function shownRaw(output: Output, text: string): string {
  return output.isTTY ? text.split('\n').map(printable).join('\n') : text
}

/** Cuts the middle out of a text that is too long: beginnings and ends tell names apart. */
export function shortened(text: string, width: number): string {
  const characters = [...text]
  if (characters.length <= width) return text
  const tail = Math.floor((width - 1) / 2)
  return `${characters.slice(0, width - 1 - tail).join('')}…${tail > 0 ? characters.slice(-tail).join('') : ''}`
}

/** How wide a line may be: the terminal's width, else `COLUMNS`, else `usual`. */
export function columnsOf(output: Output, env: Readonly<Record<string, string | undefined>>, usual = 80): number {
  const columns = (output.isTTY && output.columns) || Number.parseInt(env.COLUMNS ?? '', 10)
  return columns > 0 ? columns : usual
}

/** How many rows of a terminal a line takes: one that is wider, such as a long path, takes several. */
export function rowsOf(line: string, width: number): number {
  return Math.max(1, Math.ceil(stripVTControlCharacters(line).length / width))
}

/** Texts in colours, or as they are. */
export interface Palette {
  readonly bold: (text: string) => string
  readonly dim: (text: string) => string
  readonly red: (text: string) => string
  readonly yellow: (text: string) => string
  readonly green: (text: string) => string
}

const painted = (on: boolean, code: number) => (text: string) => (on && text !== '' ? `\u001B[${code}m${text}\u001B[0m` : text)

export function palette(on: boolean): Palette {
  return { bold: painted(on, 1), dim: painted(on, 2), red: painted(on, 31), yellow: painted(on, 33), green: painted(on, 32) }
}

/** Colours only for a terminal that has them, and nobody asked for none. Source of the variable: no-color.org, where an empty one counts as unset. */
export function wantsColour(output: Output, env: Readonly<Record<string, string | undefined>>): boolean {
  return output.isTTY === true && !env.NO_COLOR && env.TERM !== 'dumb'
}

/** How something is shown: within which width, in which colours. */
export interface Look {
  readonly width: number
  readonly palette: Palette
}

/** How results are shown on standard output. In a pipe or a file nothing is cut, so that `grep` finds names, unless `COLUMNS` asks for it. */
export function lookOf({ stdout, env }: Pick<Context, 'stdout' | 'env'>): Look {
  return { width: columnsOf(stdout, env, stdout.isTTY ? 80 : Infinity), palette: palette(wantsColour(stdout, env)) }
}
