/** Small signs for the overlay, as lines on a grid of 24: what Lucide's icons are to the page. Pure. */

const LINES = {
  box: 'M12 3l8 4.5v9L12 21l-8-4.5v-9zM4 7.5l8 4.5 8-4.5M12 12v9',
  sphere: 'M12 3a9 9 0 1 0 0 18a9 9 0 1 0 0-18M4 9.5c4 2.5 12 2.5 16 0',
  cone: 'M12 3L4.5 17.5c1.5 3.6 13.500 3.600 15 0zM4.500 17.500c3-2 12-2 15 0',
  cylinder:
    'M5 6.500v11c0 3.300 14 3.300 14 0v-11M5 6.500c0 3.300 14 3.300 14 0c0-3.300-14-3.300-14 0',
  torus: 'M12 3a9 9 0 1 0 0 18a9 9 0 1 0 0-18M12 8.500a3.500 3.500 0 1 0 0 7a3.500 3.500 0 1 0 0-7',
  plane: 'M4.500 4.500h15v15h-15z',
  text: 'M5 6V4h14v2M12 4v16M9 20h6',
  undo: 'M9 14L4 9l5-5M4 9h10.500a5.500 5.500 0 0 1 0 11H11',
  redo: 'M15 14l5-5-5-5M20 9H9.500a5.500 5.500 0 0 0 0 11H13',
  shapes: 'M8 3l4.500 8h-9zM4 15h7v6H4zM17.500 14.500a3.500 3.500 0 1 0 0 7a3.500 3.500 0 1 0 0-7',
  draw: 'M4 20l1-4.500L16.500 4a2.100 2.100 0 0 1 3.500 3.500L8.500 19zM14.500 6l3.500 3.500',
  pen: 'M4 20l1-4.500L16.500 4a2.100 2.100 0 0 1 3.500 3.500L8.500 19zM14.500 6l3.500 3.500',
  clear: 'M4 7h16M9 7V4h6v3M6.500 7l1 13h9l1-13M10 11v5M14 11v5',
  delete: 'M4 7h16M9 7V4h6v3M6.500 7l1 13h9l1-13M10 11v5M14 11v5',
  save: 'M5 12.500l4.500 4.500L19 7.500',
  lock: 'M6 11h12v9H6zM8.500 11V8a3.500 3.500 0 0 1 7 0v3',
  group: 'M4 4h9v9H4zM11 11h9v9h-9z',
  turn: 'M20 12a8 8 0 1 1-2.500-5.800M18 2.500v4h-4',
  size: 'M6 6l12 12M6 11V6h5M18 13v5h-5',
} as const

export type Sign = keyof typeof LINES

const PATHS = new Map<Sign, Path2D>()

/** Paints a sign of `size` pixels with its middle at x, y; names it does not know are left out. */
export function drawSign(
  ctx: CanvasRenderingContext2D,
  sign: Sign,
  x: number,
  y: number,
  size: number,
  colour: string,
): void {
  const lines = LINES[sign] as string | undefined
  if (!lines) return
  let path = PATHS.get(sign)
  if (!path) PATHS.set(sign, (path = new Path2D(lines)))
  ctx.save()
  ctx.translate(x, y)
  ctx.scale(size / 24, size / 24)
  ctx.translate(-12, -12)
  ctx.lineWidth = 2.2
  ctx.strokeStyle = colour
  ctx.lineJoin = 'round'
  ctx.lineCap = 'round'
  ctx.stroke(path)
  ctx.restore()
}
