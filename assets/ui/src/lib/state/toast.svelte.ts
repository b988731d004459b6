/** Short news at the foot of a page: what was done, and a way to take it back. One at a time. */

export interface Toast {
  id: number
  text: string
  bad: boolean
  /** What its button says and does. */
  action?: { label: string; run: () => void }
}

/** Long enough to read it and to reach the button; what went wrong stays longer. */
const SHOWN_MS = 8_000
const BAD_MS = 15_000

class Toasts {
  now = $state.raw<Toast | null>(null)
  #next = 1
  #timer: ReturnType<typeof setTimeout> | undefined

  say(text: string, action?: Toast['action']): void {
    this.#show(text, false, action)
  }

  /** What did not work, in the box's words. */
  complain(text: string): void {
    this.#show(text, true)
  }

  dismiss(): void {
    clearTimeout(this.#timer)
    this.now = null
  }

  /** While somebody reads it or is about to press its button, it stays. */
  hold(): void {
    clearTimeout(this.#timer)
  }

  letGo(): void {
    clearTimeout(this.#timer)
    if (this.now) this.#timer = setTimeout(() => this.dismiss(), this.now.bad ? BAD_MS : SHOWN_MS)
  }

  #show(text: string, bad: boolean, action?: Toast['action']): void {
    this.now = { id: this.#next++, text, bad, ...(action ? { action } : {}) }
    this.letGo()
  }
}

export const toasts = new Toasts()
