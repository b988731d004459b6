/** The objects as flat outlines, where there is no stage: nobody stands before an empty page. */
import type { Actor } from '../actors'
import { magnification, toCanvas, WIDTH, type Vec3 } from '../geometry'
import type { Brush } from './brush'
import { outlinePath } from './marks'

export function paintFlat(brush: Brush, actors: Iterable<Actor>): void {
  const { ctx } = brush
  ctx.fillStyle = brush.dark ? '#18211e' : '#e9efeb'
  ctx.fillRect(0, 0, brush.width, brush.height)
  const seen = [...actors].filter((a) => !a.leaving)
  seen.sort((a, b) => (a.motion.now[2] ?? 0) - (b.motion.now[2] ?? 0))
  for (const a of seen) {
    const { form, colour } = a.object
    const path = outlinePath(brush, a)
    if (!path) continue
    ctx.fillStyle = colour
    ctx.strokeStyle = colour
    if (form.kind === 'stroke') {
      const unit = (brush.width / WIDTH) * magnification(a.motion.now[2] ?? 0)
      ctx.lineWidth = Math.max(2, form.width * unit)
      ctx.stroke(linePath(brush, form.points, a))
    } else {
      ctx.globalAlpha = 0.85
      ctx.fill(path)
      ctx.globalAlpha = 1
    }
    if (form.kind === 'text' || form.kind === 'answer') {
      const at = toCanvas(a.object.position)
      if (at) brush.chip(form.text.slice(0, 40), brush.px(at))
    }
  }
}

function linePath(brush: Brush, points: readonly Vec3[], a: Actor): Path2D {
  const path = new Path2D()
  const [x = 0, y = 0, z = 0] = a.motion.now
  points.forEach((p, i) => {
    const at = toCanvas([p[0] + x, p[1] + y, p[2] + z])
    if (at) path[i === 0 ? 'moveTo' : 'lineTo'](...brush.px(at))
  })
  return path
}
