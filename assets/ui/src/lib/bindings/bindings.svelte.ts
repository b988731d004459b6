/**
 * The bindings as the box has them, the log of verdicts, and what flashes now because its gesture did
 * something. Asked again whenever the box says that they changed.
 */
import { api, asError } from '../api/http'
import type { Binding, ErrorBody, Verdict } from '../api/types'
import { canvas } from '../canvas/store.svelte'
import { merged } from './verdict'

/** How long a gesture's meter tells that it did something. */
const FLASH_MS = 1400
const LINES = 200

class Bindings {
  all = $state.raw<Binding[] | null>(null)
  /** They are as Dixi came. */
  isDefault = $state(false)
  failed = $state.raw<ErrorBody | null>(null)
  /** Newest first. */
  lines = $state.raw<Verdict[]>([])
  paused = $state(false)
  unseen = $state(0)
  /** By binding's id: its number and whether it was a dry run. */
  flashes = $state<Record<string, { number: number; dry: boolean }>>({})
  #newest = -1
  #cleared = -1
  #waiting: Verdict[] = []

  async load(): Promise<void> {
    try {
      const { bindings, default: isDefault } = await api.bindings()
      this.all = bindings
      this.isDefault = isDefault
      this.failed = null
    } catch (e) {
      this.failed = asError(e)
    }
  }

  /** What came before this page was opened, or while it had no connection. */
  async loadLog(): Promise<void> {
    try {
      const lines = await api.verdicts()
      // A box that was restarted counts from one again.
      if ((lines.at(-1)?.number ?? 0) < this.#newest) this.#forget()
      this.#add(lines, false)
    } catch {
      // The log goes on with what comes over the line.
    }
  }

  /** The verdicts that the line brought; those already known count once. */
  take(verdicts: readonly Verdict[]): void {
    const fresh = verdicts.filter((v) => v.number > this.#newest)
    if (fresh.length > 0) this.#add(fresh, true)
  }

  pause(on: boolean): void {
    this.paused = on
    if (on) return
    this.lines = merged(this.lines, this.#waiting, LINES)
    this.#waiting = []
    this.unseen = 0
  }

  clear(): void {
    this.#cleared = this.#newest
    this.lines = []
    this.#waiting = []
    this.unseen = 0
  }

  #forget(): void {
    this.#newest = -1
    this.#cleared = -1
    this.lines = []
    this.#waiting = []
    canvas.verdicts = []
  }

  #add(verdicts: readonly Verdict[], live: boolean): void {
    const shown = verdicts.filter((v) => v.number > this.#cleared)
    if (this.paused) {
      this.#waiting = merged(this.#waiting, shown, LINES)
      this.unseen = this.#waiting.length
    } else this.lines = merged(this.lines, shown, LINES)
    for (const v of verdicts) {
      if (live && v.number > this.#newest) this.#flash(v)
      this.#newest = Math.max(this.#newest, v.number)
    }
  }

  #flash(v: Verdict): void {
    const id = v.binding
    if (id === undefined || (v.verdict !== 'fired' && v.verdict !== 'dry_run')) return
    this.flashes[id] = { number: v.number, dry: v.verdict === 'dry_run' }
    setTimeout(() => {
      if (this.flashes[id]?.number !== v.number) return
      const rest = Object.entries(this.flashes).filter(([other]) => other !== id)
      this.flashes = Object.fromEntries(rest)
    }, FLASH_MS)
  }
}

export const bindings = new Bindings()
