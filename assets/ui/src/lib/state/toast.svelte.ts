/** Short news at the foot of a page: what was done, and perhaps a way to take it back. */
import { told } from '../api/told'

export interface Toast {
  id: number
  text: string
  bad: boolean
  /** What to do now, said more quietly. */
  next?: string
  /** An address to be opened by hand. */
  link?: string
  /** What its button says and does. */
  action?: { label: string; run: () => void }
}

/** Long enough to read it; to reach a button takes longer, and what went wrong stays longest. */
const SAID_MS = 4_500
const ACTION_MS = 9_000
const BAD_MS = 15_000
const MOST = 3

export class Toasts {
  list = $state.raw<Toast[]>([])
  #number = 1
  #timers = new Map<number, ReturnType<typeof setTimeout>>()
  #held = false

  say(text: string, action?: Toast['action']): void {
    this.#show({ text, bad: false, ...(action ? { action } : {}) })
  }

  /** What did not work, and what to do. */
  complain(text: string, more: { next?: string; link?: string } = {}): void {
    this.#show({ text, bad: true, ...more })
  }

  /** Anything thrown. */
  trouble(e: unknown): void {
    this.complain(told(e))
  }

  dismiss(id: number): void {
    clearTimeout(this.#timers.get(id))
    this.#timers.delete(id)
    this.list = this.list.filter((t) => t.id !== id)
    if (this.list.length === 0) this.#held = false
  }

  /** While somebody reads them or is about to press a button, they stay. */
  hold(): void {
    this.#held = true
    for (const timer of this.#timers.values()) clearTimeout(timer)
    this.#timers.clear()
  }

  letGo(): void {
    this.#held = false
    for (const toast of this.list) this.#time(toast)
  }

  #show(what: Omit<Toast, 'id'>): void {
    // The same words again are new, and not there twice.
    const same = this.list.find((t) => t.text === what.text)
    if (same) this.dismiss(same.id)
    const toast = { id: this.#number++, ...what }
    this.list = [...this.list, toast]
    for (const old of this.list.slice(0, -MOST)) this.dismiss(old.id)
    if (!this.#held) this.#time(toast)
  }

  #time(toast: Toast): void {
    clearTimeout(this.#timers.get(toast.id))
    const ms = toast.bad ? BAD_MS : toast.action ? ACTION_MS : SAID_MS
    this.#timers.set(
      toast.id,
      setTimeout(() => this.dismiss(toast.id), ms),
    )
  }
}

export const toasts = new Toasts()
