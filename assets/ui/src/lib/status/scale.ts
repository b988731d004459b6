/** What a graph needs to know of its values: pure, so that it is tested. */

export interface Scale {
  from: number
  to: number
}

/** Round ends that hold all values, with air above; half of them is round too. */
export function scaleOf(values: readonly number[]): Scale {
  const most = values.reduce((m, v) => Math.max(m, v), 0)
  if (most === 0) return { from: 0, to: 1 }
  const size = 10 ** Math.floor(Math.log10(most))
  const step = [1, 2, 3, 4, 6, 8, 10].find((s) => s * size >= most * 1.02) ?? 10
  return { from: 0, to: step * size }
}

export interface Summary {
  least: number
  most: number
  mean: number
}

/** Of what was measured; null of nothing. */
export function summary(values: readonly (number | null)[]): Summary | null {
  const known = values.filter((v) => v !== null)
  if (known.length === 0) return null
  return {
    least: known.reduce((m, v) => Math.min(m, v), Infinity),
    most: known.reduce((m, v) => Math.max(m, v), -Infinity),
    mean: known.reduce((sum, v) => sum + v, 0) / known.length,
  }
}

/** Where a key leads from a moment, among so many; null if the key means nothing. */
export function step(key: string, from: number | null, many: number): number | null {
  const now = from ?? many - 1
  const far = Math.max(1, Math.round(many / 10))
  const to: Record<string, number> = {
    ArrowLeft: now - 1,
    ArrowDown: now - 1,
    ArrowRight: now + 1,
    ArrowUp: now + 1,
    PageDown: now - far,
    PageUp: now + far,
    Home: 0,
    End: many - 1,
  }
  const wanted = to[key]
  return wanted === undefined || many === 0 ? null : Math.min(many - 1, Math.max(0, wanted))
}
