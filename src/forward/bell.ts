/** Something to wait for without asking again and again. */
export class Bell {
  #hasRung = false
  #answer = () => {}

  ring(): void {
    this.#hasRung = true
    this.#answer()
  }

  /** Resolves at the next ring; at once if it rang since somebody last heard it. One waits at a time. */
  async heard(): Promise<void> {
    if (!this.#hasRung) await new Promise<void>((resolve) => (this.#answer = resolve))
    this.#hasRung = false
  }
}
