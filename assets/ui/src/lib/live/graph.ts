/** Measurements as a line: pure, so that it is tested. Coordinates 0..1, y down. */

export interface Sample {
  atMs: number
  value: number | null
}

export interface Scale {
  from: number
  to: number
}

/** Round ends that hold all values, with air above. */
export function scaleOf(values: readonly number[]): Scale {
  const most = Math.max(0, ...values)
  if (most === 0) return { from: 0, to: 1 }
  const size = 10 ** Math.floor(Math.log10(most))
  const step = [1, 1.5, 2, 3, 4, 5, 7.5, 10].find((s) => s * size >= most * 1.02) ?? 10
  return { from: 0, to: step * size }
}

/** An SVG path; it breaks where measurements are missing for longer than `gapMs`. */
export function lineOf(
  samples: readonly Sample[],
  scale: Scale,
  window: { fromMs: number; toMs: number },
  gapMs: number,
): string {
  const width = window.toMs - window.fromMs
  let path = ''
  let lastMs = -Infinity
  for (const { atMs, value } of samples) {
    if (value === null || atMs < window.fromMs) continue
    const x = ((atMs - window.fromMs) / width) * 100
    const y = 100 - (Math.min(value, scale.to) / scale.to) * 100
    path += `${atMs - lastMs > gapMs ? 'M' : 'L'}${x.toFixed(2)} ${y.toFixed(2)}`
    lastMs = atMs
  }
  return path
}
