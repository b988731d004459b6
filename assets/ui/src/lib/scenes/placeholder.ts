/**
 * A quiet picture for a scene that has none yet: a few solids on a stage, their colours and places drawn
 * from the scene's name, so that it is the same every time.
 */

export interface Shape {
  kind: 'disc' | 'square' | 'triangle'
  x: number
  y: number
  size: number
  turn: number
  hue: number
}

/** Numbers 0..1 that follow from a text (mulberry32 over an FNV-1a hash). */
function numbers(text: string): () => number {
  let seed = 0x811c9dc5
  for (const c of text) seed = Math.imul(seed ^ (c.codePointAt(0) ?? 0), 0x01000193)
  return () => {
    seed = (seed + 0x6d2b79f5) | 0
    let t = Math.imul(seed ^ (seed >>> 15), 1 | seed)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 0x1_0000_0000
  }
}

/** The picture's shapes on a stage of 160 × 90; none for an empty scene. */
export function placeholder(name: string, objects: number): { hue: number; shapes: Shape[] } {
  const next = numbers(name)
  const hue = Math.round(next() * 360)
  const kinds = ['disc', 'square', 'triangle'] as const
  const shapes = Array.from({ length: Math.min(5, objects) }, (_, i, n = Math.min(5, objects)) => ({
    kind: kinds[Math.floor(next() * 3)] ?? 'disc',
    x: 80 + (i - (n - 1) / 2) * 26 + (next() - 0.5) * 8,
    y: 50 + (next() - 0.5) * 22,
    size: 14 + next() * 10,
    turn: Math.round(next() * 50 - 25),
    hue: Math.round(hue + (next() - 0.5) * 110 + 360) % 360,
  }))
  return { hue, shapes }
}
