/** One graph, drawn by uPlot. Knows no words and no colours: both are asked for whenever it draws. */
import UPlot from 'uplot'
import 'uplot/dist/uPlot.min.css'
import { scaleOf } from './scale'

/** How a graph looks now: CSS colours, and words. */
export interface Look {
  line: string
  second: string
  grid: string
  text: string
  font: string
  /** A value on the scale's side. */
  value(n: number): string
  /** A moment below it, Unix time in seconds. */
  time(s: number): string
}

export interface Trace {
  /** Moments in seconds, the line, and the second one if there is one. */
  show(data: (number | null)[][], fromS: number, toS: number): void
  /** The colours or the words have changed. */
  redraw(): void
  size(width: number, height: number): void
  /** Puts the mark on a moment; on none with null. */
  point(index: number | null): void
  remove(): void
}

/** Room for the scale's words, pixels. */
const SIDE = 58
const BELOW = 24
/** So many moments have room below a graph. */
const TIMES = 3

export function trace(
  place: HTMLElement,
  look: () => Look,
  lines: number,
  pointed: (index: number | null) => void,
): Trace {
  let top = 1
  let window: [number, number] = [0, 1]
  const axis = (side: Partial<UPlot.Axis>): UPlot.Axis => ({
    stroke: () => look().text,
    grid: { stroke: () => look().grid, width: 1 },
    ticks: { show: false },
    gap: 4,
    ...side,
  })
  const options: UPlot.Options = {
    width: Math.max(1, place.clientWidth),
    height: Math.max(1, place.clientHeight),
    padding: [8, 8, 0, 0],
    legend: { show: false },
    cursor: {
      y: false,
      drag: { x: false, y: false, setScale: false },
      points: { size: 7, width: 1 },
      // All graphs show the same moment.
      sync: { key: 'history', setSeries: false },
    },
    scales: {
      x: { time: false, range: () => window },
      y: { range: () => [0, top] },
    },
    axes: [
      axis({
        size: BELOW,
        splits: () => {
          const step = (window[1] - window[0]) / TIMES
          return Array.from({ length: TIMES }, (_, i) => window[0] + step * (i + 0.5))
        },
        values: (_, all) => all.map((s) => look().time(s)),
      }),
      axis({
        size: SIDE,
        splits: () => [0, top / 2, top],
        values: (_, all) => all.map((n) => look().value(n)),
      }),
    ],
    series: [
      {},
      { stroke: () => look().line, width: 1.75, points: { show: false } },
      ...(lines > 1
        ? [{ stroke: () => look().second, width: 1.25, dash: [4, 3], points: { show: false } }]
        : []),
    ],
    hooks: { setCursor: [(u) => pointed(u.cursor.idx ?? null)] },
  }
  const plot = new UPlot(options, [[], ...Array.from({ length: lines }, () => [])], place)
  const dress = () => {
    for (const a of plot.axes) a.font = look().font
    plot.redraw(false, true)
  }
  dress()

  return {
    show(data, fromS, toS) {
      window = [fromS, toS]
      top = scaleOf(data.slice(1).flatMap((l) => l.filter((v) => v !== null))).to
      plot.setData(data as UPlot.AlignedData)
    },
    redraw: dress,
    size: (width, height) => plot.setSize({ width, height }),
    point(index) {
      const at = index === null ? undefined : plot.data[0][index]
      if (at === undefined) plot.setCursor({ left: -10, top: -10 })
      else plot.setCursor({ left: plot.valToPos(at, 'x'), top: 1 })
    },
    remove: () => plot.destroy(),
  }
}
