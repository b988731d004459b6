/**
 * Marks round objects on the overlay: outlines, names and signs of what is selected, held, pointed at or at
 * the keyboard. However many there are, only a few get outlines of their own: one box stands for the rest,
 * so that a frame costs the same for two thousand as for forty.
 */
import type { Actor } from '../actors'
import { EYE, HEIGHT, magnification, toCanvas, WIDTH, type Xy } from '../geometry'
import { bounds } from '../pick'
import type { Sign } from '../signs'
import type { CanvasView } from '../view'
import type { Brush } from './brush'
import type { Local, OverlayWords } from './overlay'

/** From so many objects on one box stands for their outlines. */
const MANY = 40
/** Up to so many selected objects show their names. */
const NAMED = 12
const LONGEST_NAME = 40

export type Box = [left: number, top: number, right: number, bottom: number]

/** The box round all that is seen of these, canvas space; a little loose where there are many. */
export function boxOf(actors: readonly Actor[]): Box | null {
  if (actors.length > MANY) return looseBoxOf(actors)
  let box: Box | null = null
  for (const a of actors) {
    const b = bounds(a.outline())
    if (!b) continue
    box = box
      ? [
          Math.min(box[0], b[0]),
          Math.min(box[1], b[1]),
          Math.max(box[2], b[2]),
          Math.max(box[3], b[3]),
        ]
      : b
  }
  return box
}

function looseBoxOf(actors: readonly Actor[]): Box | null {
  let [l, t, r, b] = [Infinity, Infinity, -Infinity, -Infinity]
  for (const a of actors) {
    const { now } = a.motion
    const [x, y, z] = [now[0] as number, now[1] as number, now[2] as number]
    if (z >= EYE) continue
    const nearer = magnification(z)
    const [u, v] = [(x * nearer) / WIDTH + 0.5, 0.5 - (y * nearer) / HEIGHT]
    // Corners are rarer than sides: the ball round a thing would stand far off.
    const away = a.reach() * nearer * 0.8
    l = Math.min(l, u - away / WIDTH)
    r = Math.max(r, u + away / WIDTH)
    t = Math.min(t, v - away / HEIGHT)
    b = Math.max(b, v + away / HEIGHT)
  }
  return l < r ? [l, t, r, b] : null
}

/** The outline on the page, grown by so many pixels. */
export function outlinePath(brush: Brush, a: Actor, grow = 0): Path2D | null {
  const outline = a.outline()
  if (outline.length < 2) return null
  const { width, height } = brush
  let [mx, my] = [0, 0]
  for (const [x, y] of outline) {
    mx += (x * width) / outline.length
    my += (y * height) / outline.length
  }
  const path = new Path2D()
  for (let i = 0; i < outline.length; i++) {
    const [u, v] = outline[i] as Xy
    const [x, y] = [u * width, v * height]
    const l = Math.hypot(x - mx, y - my) || 1
    const [px, py] = [x + ((x - mx) / l) * grow, y + ((y - my) / l) * grow]
    if (i === 0) path.moveTo(px, py)
    else path.lineTo(px, py)
  }
  path.closePath()
  return path
}

export class Marks {
  constructor(
    private readonly view: CanvasView,
    private readonly local: Local,
  ) {}

  /** What is selected and here. */
  selected(): Actor[] {
    const found: Actor[] = []
    for (const id of this.view.options.store.selection) {
      const a = this.view.actors.get(id)
      if (a && !a.leaving) found.push(a)
    }
    return found
  }

  paint(brush: Brush, words: OverlayWords): void {
    const { theme } = brush
    const { store } = this.view.options
    const selected = this.selected()
    this.#outlines(brush, selected, theme.line, 2.5)
    this.#held(brush, words)
    for (const p of store.touch?.pointers ?? []) {
      const a = p.target === undefined ? undefined : this.view.actors.get(p.target)
      if (a && !a.held) this.#outline(brush, a, theme.hands[p.hand], 2, [2, 6])
    }
    for (const { ids } of store.touch?.holds ?? []) {
      const meant = ids.flatMap((id) => this.view.actors.get(id) ?? [])
      this.#outlines(brush, meant, theme.line, 4)
    }
    const at = this.#attended()
    for (const a of at)
      if (!store.selection.has(a.object.id)) this.#outline(brush, a, theme.line, 1.75, [7, 6])
    if (selected.length <= NAMED) {
      for (const a of selected) if (!elsewhere(a)) this.#name(brush, a, a.object.label)
      for (const a of at)
        if (!elsewhere(a) && !selected.includes(a)) this.#name(brush, a, a.object.label)
    }
    for (const a of this.view.actors.locked) {
      const { id } = a.object
      if (!store.selection.has(id) && id !== this.local.hover) this.#lock(brush, a)
    }
  }

  /** What mouse and keyboard are at. */
  #attended(): Actor[] {
    const { hover, focus } = this.local
    const ids = hover === focus ? [hover] : [hover, focus]
    return ids.flatMap((id) => (id === null ? [] : (this.view.actors.get(id) ?? [])))
  }

  /** What others hold, with their names. */
  #held(brush: Brush, words: OverlayWords): void {
    for (const { who, objects } of this.view.options.store.held) {
      const theirs: Actor[] = []
      for (const { id } of objects) {
        const a = this.view.actors.get(id)
        if (a && a.holder === who && !a.mine) theirs.push(a)
      }
      this.#outlines(brush, theirs, handColour(brush, who), 3.5)
      if (theirs.length > MANY) this.#nameBox(brush, boxOf(theirs), words.held(who), [])
      else for (const a of theirs) this.#name(brush, a, words.held(who))
    }
  }

  #outlines(brush: Brush, actors: readonly Actor[], colour: string, width: number): void {
    if (actors.length <= MANY) {
      for (const a of actors) this.#outline(brush, a, colour, width, [])
      return
    }
    const box = boxOf(actors)
    if (!box) return
    const [l, t] = brush.px([box[0], box[1]])
    const [r, b] = brush.px([box[2], box[3]])
    const path = new Path2D()
    path.roundRect(l - 8, t - 8, r - l + 16, b - t + 16, 10)
    this.#stroke(brush, path, colour, width, [])
  }

  #outline(brush: Brush, a: Actor, colour: string, width: number, dash: number[]): void {
    const path = a.leaving ? null : outlinePath(brush, a, 7)
    if (path) this.#stroke(brush, path, colour, width, dash)
  }

  #stroke(brush: Brush, path: Path2D, colour: string, width: number, dash: number[]): void {
    const { ctx } = brush
    ctx.strokeStyle = brush.theme.edge
    ctx.lineWidth = width + 2.5
    ctx.stroke(path)
    ctx.setLineDash(dash)
    ctx.strokeStyle = colour
    ctx.lineWidth = width
    ctx.stroke(path)
    ctx.setLineDash([])
  }

  #name(brush: Brush, a: Actor, text: string): void {
    const signs: Sign[] = []
    if (a.object.locked) signs.push('lock')
    if (a.object.group !== undefined) signs.push('group')
    if (text !== '' || signs.length > 0) this.#nameBox(brush, boxOf([a]), text, signs)
  }

  #nameBox(brush: Brush, box: Box | null, text: string, signs: readonly Sign[]): void {
    if (!box) return
    const [x, y] = brush.px([(box[0] + box[2]) / 2, box[3]])
    const short = text.length > LONGEST_NAME ? `${text.slice(0, LONGEST_NAME - 1)}…` : text
    brush.chip(short, [x, y + brush.em * 1.9], signs)
  }

  #lock(brush: Brush, a: Actor): void {
    const { now } = a.motion
    const at = toCanvas([now[0] as number, now[1] as number, now[2] as number])
    if (at && !a.leaving) brush.stamp('lock', brush.px(at))
  }
}

/** Somebody else holds it, whose name it bears. */
const elsewhere = (a: Actor) => a.held !== null && !a.mine

function handColour(brush: Brush, who: string): string {
  const { hands, line } = brush.theme
  return /left/.test(who) ? hands.left : /hand/.test(who) ? hands.right : line
}
