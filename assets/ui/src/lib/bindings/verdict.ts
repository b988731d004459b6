/** Verdicts: what came of a gesture, in one glance, and which of them are wanted. */
import type { Verdict, Why } from '../api/types'

/** What came of it in one glance. */
export type Mark = 'did' | 'would' | 'not' | 'refused'

const MARKS: Record<Why, Mark> = {
  fired: 'did',
  dry_run: 'would',
  refused: 'refused',
  not_bound: 'not',
  switched_off: 'not',
  other_hand: 'not',
  other_mode: 'not',
  not_armed: 'not',
  demo_shows: 'not',
  demo_elsewhere: 'not',
  too_short: 'not',
  cooling_down: 'not',
  not_released: 'not',
  busy: 'not',
}
export const markOf = (why: Why): Mark => MARKS[why] ?? 'not'

/** Old lines and new ones, each once, by number, newest first, at most `most`. */
export function merged(a: readonly Verdict[], b: readonly Verdict[], most = 200): Verdict[] {
  const all = new Map<number, Verdict>()
  for (const v of a) all.set(v.number, v)
  for (const v of b) all.set(v.number, v)
  return [...all.values()].sort((x, y) => y.number - x.number).slice(0, most)
}

export type Filter = 'all' | 'did' | 'not'

export function matching(v: Verdict, filter: Filter, gesture: string): boolean {
  const mark = markOf(v.verdict)
  if (gesture !== '' && v.gesture !== gesture) return false
  if (filter === 'all') return true
  return (mark === 'did' || mark === 'would') === (filter === 'did')
}
