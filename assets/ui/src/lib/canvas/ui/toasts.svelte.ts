/** Short words about what just happened: they go by themselves, troubles stay longer. */
import { asError } from '../../api/http'

export interface Toast {
  id: number
  tone: 'good' | 'bad'
  text: string
  next?: string | undefined
}

const GOOD_MS = 3_500
const BAD_MS = 9_000
const MOST = 3

export class Toasts {
  list = $state<Toast[]>([])
  #next = 1
  #timers = new Map<number, ReturnType<typeof setTimeout>>()

  say(text: string, tone: Toast['tone'] = 'good', next?: string): void {
    const same = this.list.find((t) => t.text === text)
    if (same) this.close(same.id)
    const id = this.#next++
    this.list.push({ id, tone, text, next })
    for (const old of this.list.slice(0, -MOST)) this.close(old.id)
    this.#timers.set(
      id,
      setTimeout(() => this.close(id), tone === 'good' ? GOOD_MS : BAD_MS),
    )
  }

  /** Anything thrown, as words. */
  trouble(e: unknown): void {
    const { what, why, next } = asError(e)
    const text = why ? `${what}: ${why}` : what
    this.say(text.charAt(0).toUpperCase() + text.slice(1), 'bad', next)
  }

  close(id: number): void {
    clearTimeout(this.#timers.get(id))
    this.#timers.delete(id)
    this.list = this.list.filter((t) => t.id !== id)
  }
}

export const toasts = new Toasts()
