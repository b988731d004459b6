/** Says things to screen readers, politely: what comes too fast is put into one sentence. */

const PAUSE_MS = 2_000
const MOST = 3

export class Announcer {
  text = $state('')
  #waiting: string[] = []
  #timer: ReturnType<typeof setTimeout> | undefined

  say(what: string): void {
    if (!this.#waiting.includes(what)) this.#waiting.push(what)
    if (this.#timer === undefined) this.#speak()
  }

  #speak(): void {
    if (this.#waiting.length === 0) {
      this.#timer = undefined
      return
    }
    const shown = this.#waiting.slice(-MOST)
    this.#waiting = []
    this.text = shown.join(', ')
    this.#timer = setTimeout(() => this.#speak(), PAUSE_MS)
  }
}
