/** What the box measured over the last hour or day, kept up to date while somebody looks. */
import { api } from '../api/http'
import type { HistorySeries, HistorySpan, HistoryView } from '../api/types'

/** How far back each goes, milliseconds. */
export const SPAN_MS: Record<HistorySpan, number> = { hour: 3_600_000, day: 86_400_000 }
/** How often it is asked what came since. */
const ASK_MS: Record<HistorySpan, number> = { hour: 5_000, day: 30_000 }

/** The moments in seconds, and a column for each series: what the graphs take. */
export interface Columns {
  /** Unix time, seconds. */
  at: number[]
  series: Record<HistorySeries, (number | null)[]>
}

/**
 * `before` with what came after it. Where nothing was measured for longer than two steps the line is
 * broken; what is older than the span is gone.
 */
export function joined(before: Columns | null, view: HistoryView, spanMs: number): Columns {
  if (before && view.at_ms.length === 0) return before
  const names = Object.keys(view.series) as HistorySeries[]
  const at = before ? [...before.at] : []
  const series = Object.fromEntries(
    names.map((name) => [name, before ? [...(before.series[name] ?? [])] : []]),
  ) as Columns['series']
  for (const [i, ms] of view.at_ms.entries()) {
    const last = at.at(-1)
    if (last !== undefined && ms / 1000 - last > view.step_s * 2.5) {
      at.push(last + view.step_s)
      for (const name of names) series[name].push(null)
    }
    at.push(ms / 1000)
    for (const name of names) series[name].push(view.series[name][i] ?? null)
  }
  const from = (at.at(-1) ?? 0) - spanMs / 1000
  const old = at.findIndex((s) => s >= from)
  if (old > 0) {
    at.splice(0, old)
    for (const name of names) series[name].splice(0, old)
  }
  return { at, series }
}

class History {
  columns = $state.raw<Columns | null>(null)
  span = $state<HistorySpan>('hour')
  failed = $state(false)

  /** Shows another span. */
  show(span: HistorySpan): void {
    if (span === this.span) return
    this.span = span
    this.columns = null
  }

  /** Asks now and again and again; call it in an effect, return what it returns. */
  follow(span: HistorySpan): () => void {
    void this.#ask(span)
    const timer = setInterval(() => void this.#ask(span), ASK_MS[span])
    return () => clearInterval(timer)
  }

  async #ask(span: HistorySpan): Promise<void> {
    const before = this.columns
    try {
      const afterMs = before ? Math.round((before.at.at(-1) ?? 0) * 1000) : 0
      const view = await api.history(span, afterMs)
      // Another span was chosen, or another answer came first.
      if (span !== this.span || before !== this.columns) return
      this.columns = joined(before, view, SPAN_MS[span])
      this.failed = false
    } catch {
      this.failed = true
    }
  }
}

export const history = new History()
