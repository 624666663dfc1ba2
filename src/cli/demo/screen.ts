import type { Output } from '../context.ts'
import { rowsOf } from '../terminal.ts'

const hideCursor = '\u001B[?25l'
const showCursor = '\u001B[?25h'

/**
 * Lines drawn over the lines before, at the place where the terminal's cursor was: what stood above stays, and the last frame remains when all is over.
 */
export class DemoScreen {
  readonly #output: Output
  readonly #width: () => number
  #drawn: readonly string[] = []
  #open = true

  constructor(output: Output, width: () => number) {
    this.#output = output
    this.#width = width
    output.write(hideCursor)
  }

  draw(lines: readonly string[]): void {
    const above = this.#drawn.reduce((sum, line) => sum + rowsOf(line, this.#width()), 0)
    const wiped = above > 0 ? `\u001B[${above}A\r\u001B[J` : ''
    this.#output.write(`${wiped}${lines.map((line) => `${line}\n`).join('')}`)
    this.#drawn = lines
  }

  /** Gives the cursor back. Safe twice. */
  close(): void {
    if (this.#open) this.#output.write(showCursor)
    this.#open = false
  }
}
