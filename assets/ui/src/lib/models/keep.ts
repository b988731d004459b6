/** How long a model that is loaded by hand stays in memory: chosen once in this browser, and remembered. */

export const KEEP = ['5m', '30m', '2h', '12h', '-1'] as const
export type KeepFor = (typeof KEEP)[number]

const WHERE = 'dixi.models.keep'

/** What was chosen last. */
export function kept(): KeepFor {
  try {
    const before = localStorage.getItem(WHERE)
    return KEEP.find((k) => k === before) ?? '30m'
  } catch {
    // A browser that keeps nothing.
    return '30m'
  }
}

export function keep(choice: KeepFor): void {
  try {
    localStorage.setItem(WHERE, choice)
  } catch {
    // It holds until the page is closed.
  }
}

/** Further away than this, Ollama means for ever. */
const FOR_EVER_MS = 10 * 365 * 86_400_000

/** When a model leaves the memory: at a time, never, or now. */
export function leaves(expires: string | null, nowMs: number): 'never' | 'now' | Date {
  if (expires === null) return 'never'
  const at = new Date(expires)
  if (at.getTime() - nowMs > FOR_EVER_MS) return 'never'
  return at.getTime() <= nowMs ? 'now' : at
}
