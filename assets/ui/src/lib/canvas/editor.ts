/**
 * Editing with mouse, touch and pen: what a press, a drag, a pinch or the wheel means, as commands. Knows
 * the view for what lies where; leaves words and dialogs to the page.
 */
import {
  about,
  add,
  clamp,
  DEPTH,
  EYE,
  minus,
  times,
  toCanvas,
  toScene,
  turnAbout,
  turnAfter,
  type Vec3,
  type Xy,
} from './geometry'
import { Holding } from './holding'
import { Pen } from './pen'
import { middleOf, type Hit } from './pick'
import type { CanvasStore } from './store.svelte'
import type { CanvasView } from './view'

/** From so many pixels on a press is a drag. */
const SLOP = { mouse: 4, pen: 5, touch: 10 } as const
/** A finger hits what is this near, scene units. */
const FINGER = 0.25
const HANDLE_PX = 18
/** The wheel's turns within this time are one step. */
const WHEEL_MS = 450

export interface EditorEvents {
  /** Why something was not done. */
  refused(e: unknown): void
  /** Somebody wants to change the words of this object. */
  edit(id: number): void
  /** The menu of what is under this point, pixels of the page. */
  menu(id: number | null, at: Xy): void
  drop(files: File[], at: Vec3): void
}

type Press =
  | { what: 'object'; id: number; at: Xy; px: Xy; z: number; add: boolean; dragging: boolean }
  | { what: 'box'; at: Xy; add: boolean }
  | { what: 'turn' | 'size'; middle: Vec3; at: Xy; from: Xy }
  | { what: 'draw' }
  | { what: 'pinch'; apart: number; angle: number; middle: Xy }

export class Editor {
  readonly holding: Holding
  readonly #pen: Pen
  #press: Press | null = null
  #touches = new Map<number, Xy>()
  #offs: (() => void)[] = []

  constructor(
    private readonly element: HTMLElement,
    private readonly view: CanvasView,
    private readonly store: CanvasStore,
    private readonly events: EditorEvents,
  ) {
    this.#pen = new Pen(view)
    this.holding = new Holding(
      store,
      () => view,
      (e) => events.refused(e),
    )
    this.#on('pointerdown', (e) => this.#down(e))
    this.#on('pointermove', (e) => this.#move(e))
    this.#on('pointerup', (e) => this.#up(e))
    this.#on('pointercancel', (e) => this.#cancelled(e))
    this.#on('pointerleave', () => this.#hover(null))
    this.#on('dblclick', (e) => {
      const hit = this.#pick(this.#at(e))
      if (hit) events.edit(hit.id)
    })
    this.#on('contextmenu', (e) => {
      e.preventDefault()
      if (this.holding.active) return
      const hit = this.#pick(this.#at(e))
      this.#press = null
      if (hit && !store.selection.has(hit.id)) this.select(this.together([hit.id]))
      events.menu(hit?.id ?? null, [e.clientX, e.clientY])
    })
    const wheel = (e: WheelEvent) => this.#wheel(e)
    element.addEventListener('wheel', wheel, { passive: false })
    this.#offs.push(() => element.removeEventListener('wheel', wheel))
    this.#on('dragover', (e) => {
      if (e.dataTransfer?.types.includes('Files')) e.preventDefault()
    })
    this.#on('drop', (e) => {
      e.preventDefault()
      const files = [...(e.dataTransfer?.files ?? [])]
      if (files.length > 0) events.drop(files, toScene(this.#at(e), 0))
    })
  }

  #on<K extends keyof HTMLElementEventMap>(
    type: K,
    does: (e: HTMLElementEventMap[K]) => void,
  ): void {
    this.element.addEventListener(type, does)
    this.#offs.push(() => this.element.removeEventListener(type, does))
  }

  dispose(): void {
    this.holding.end()
    for (const off of this.#offs) off()
  }

  /** These and all that are grouped with them. */
  together(ids: readonly number[]): number[] {
    const groups = new Set(
      ids.map((id) => this.store.object(id)?.group).filter((g) => g !== undefined),
    )
    if (groups.size === 0) return [...ids]
    const all = new Set(ids)
    for (const o of this.store.document.objects.values())
      if (o.group !== undefined && groups.has(o.group)) all.add(o.id)
    return [...all]
  }

  select(ids: readonly number[], add = false): void {
    this.store.run({ command: 'select', ids: [...ids], add }).catch((e) => this.events.refused(e))
  }

  #at(e: { clientX: number; clientY: number }): Xy {
    const r = this.element.getBoundingClientRect()
    return [(e.clientX - r.left) / r.width, (e.clientY - r.top) / r.height]
  }

  #pick(at: Xy, reach = 0): Hit | null {
    return this.view.pick(at, reach)
  }

  #hover(id: number | null): void {
    const { local } = this.view.overlay
    if (local.hover === id) return
    local.hover = id
    this.element.style.cursor = id === null ? '' : 'grab'
    this.view.touchUp()
  }

  /** The handle under a point. */
  #handle(at: Xy): 'turn' | 'size' | null {
    const handles = this.view.overlay.handles()
    if (!handles) return null
    const { width, height } = this.element.getBoundingClientRect()
    const near = (h: Xy) => Math.hypot((h[0] - at[0]) * width, (h[1] - at[1]) * height) < HANDLE_PX
    return near(handles.rotate) ? 'turn' : near(handles.scale) ? 'size' : null
  }

  #down(e: PointerEvent): void {
    if (e.button !== 0) return
    this.element.focus({ preventScroll: true })
    try {
      this.element.setPointerCapture(e.pointerId)
    } catch {
      // A pointer that is gone already.
    }
    const at = this.#at(e)
    if (e.pointerType === 'touch') {
      this.#touches.set(e.pointerId, at)
      if (this.#touches.size === 2) return this.#startPinch()
      if (this.#touches.size > 2) return
    }
    if (this.store.state?.mode === 'draw') {
      this.#press = { what: 'draw' }
      return this.#pen.begin(at)
    }
    const handle = this.#handle(at)
    if (handle && this.#takeSelection()) {
      const middle = middleOf(this.holding.starts())
      this.#press = { what: handle, middle, at: toCanvas(middle) ?? [0.5, 0.5], from: at }
      return
    }
    const add = e.shiftKey || e.ctrlKey || e.metaKey
    const hit = this.#pick(at, e.pointerType === 'touch' ? FINGER : 0)
    this.#press = hit
      ? {
          what: 'object',
          id: hit.id,
          at,
          px: [e.clientX, e.clientY],
          z: hit.z,
          add,
          dragging: false,
        }
      : { what: 'box', at, add }
  }

  #takeSelection(): boolean {
    return this.holding.begin(this.together([...this.store.selection]))
  }

  #move(e: PointerEvent): void {
    const at = this.#at(e)
    if (this.#touches.has(e.pointerId)) this.#touches.set(e.pointerId, at)
    const press = this.#press
    if (!press) {
      if (e.pointerType !== 'touch') {
        const handle = this.#handle(at)
        this.#hover(handle ? null : (this.#pick(at)?.id ?? null))
        if (handle) this.element.style.cursor = handle === 'turn' ? 'grab' : 'nwse-resize'
      }
      return
    }
    switch (press.what) {
      case 'pinch':
        return this.#pinch(press)
      case 'draw':
        return this.#pen.draw(e, (p) => this.#at(p), this.element.getBoundingClientRect().width)
      case 'turn':
        return this.#turn(press, at, e.shiftKey)
      case 'size':
        return this.#size(press, at)
      case 'box': {
        this.view.overlay.local.box = [press.at, at]
        return this.view.touchUp()
      }
      case 'object':
        return this.#drag(press, at, e)
    }
  }

  #drag(press: Press & { what: 'object' }, at: Xy, e: PointerEvent): void {
    if (!press.dragging) {
      const slop = SLOP[e.pointerType as keyof typeof SLOP] ?? SLOP.mouse
      if (Math.hypot(e.clientX - press.px[0], e.clientY - press.px[1]) < slop) return
      const selected = this.store.selection.has(press.id)
      const ids = this.together(selected ? [...this.store.selection] : [press.id])
      if (!selected) this.select(ids)
      press.dragging = true
      this.element.style.cursor = 'grabbing'
      if (!this.holding.begin(ids)) {
        this.events.refused(null)
        this.#press = null
      }
      return
    }
    if (e.altKey) {
      const [x, y] = [(at[0] - press.at[0]) * 6, (at[1] - press.at[1]) * 6]
      const turn = turnAfter(turnAbout([0, 1, 0], x), turnAbout([1, 0, 0], y))
      this.holding.move((t) => ({ ...t, rotation: turnAfter(turn, t.rotation) }))
    } else if (e.shiftKey) {
      // In depth, along the eye's ray: it stays under the pointer.
      const deeper = (press.at[1] - at[1]) * 16
      this.holding.move((t) => {
        const z = clamp(t.position[2] - deeper, ...DEPTH)
        const seen = toCanvas(t.position) ?? [0.5, 0.5]
        return { ...t, position: toScene(seen, z) }
      })
    } else {
      const by = minus(toScene(at, press.z), toScene(press.at, press.z))
      this.holding.move((t) => ({
        ...t,
        // What is further back goes further, so that a group keeps its look.
        position: add(t.position, times(by, (EYE - t.position[2]) / (EYE - press.z))),
      }))
    }
  }

  #turn(press: Press & { what: 'turn' | 'size' }, at: Xy, steps: boolean): void {
    const { width, height } = this.element.getBoundingClientRect()
    const angle = (p: Xy) =>
      Math.atan2(-(p[1] - press.at[1]) * height, (p[0] - press.at[0]) * width)
    let by = angle(at) - angle(press.from)
    if (steps) by = (Math.round(by / (Math.PI / 12)) * Math.PI) / 12
    this.holding.move((t) => about(t, press.middle, 1, by))
  }

  #size(press: Press & { what: 'turn' | 'size' }, at: Xy): void {
    const { width, height } = this.element.getBoundingClientRect()
    const away = (p: Xy) => Math.hypot((p[0] - press.at[0]) * width, (p[1] - press.at[1]) * height)
    const factor = clamp(away(at) / Math.max(8, away(press.from)), 0.02, 50)
    this.holding.move((t) => about(t, press.middle, factor, 0))
  }

  #startPinch(): void {
    const was = this.#press
    if (was?.what === 'draw') this.#pen.end()
    if (this.holding.active) this.holding.end()
    this.view.overlay.local.box = null
    const [a, b] = [...this.#touches.values()] as [Xy, Xy]
    const ids =
      this.store.selection.size > 0
        ? [...this.store.selection]
        : was?.what === 'object'
          ? [was.id]
          : []
    this.#press = null
    if (!this.holding.begin(this.together(ids))) return
    this.#press = { what: 'pinch', ...this.#between(a, b) }
  }

  #between(a: Xy, b: Xy): { apart: number; angle: number; middle: Xy } {
    const { width, height } = this.element.getBoundingClientRect()
    const [dx, dy] = [(b[0] - a[0]) * width, (b[1] - a[1]) * height]
    return {
      apart: Math.max(20, Math.hypot(dx, dy)),
      angle: Math.atan2(-dy, dx),
      middle: [(a[0] + b[0]) / 2, (a[1] + b[1]) / 2],
    }
  }

  #pinch(press: Press & { what: 'pinch' }): void {
    const [a, b] = [...this.#touches.values()]
    if (!a || !b) return
    const now = this.#between(a, b)
    const middle = middleOf(this.holding.starts())
    const by = minus(toScene(now.middle, middle[2]), toScene(press.middle, middle[2]))
    const factor = clamp(now.apart / press.apart, 0.02, 50)
    this.holding.move((t) => {
      const next = about(t, middle, factor, now.angle - press.angle)
      return { ...next, position: add(next.position, by) }
    })
  }

  #endDraw(): void {
    this.#press = null
    const stroke = this.#pen.end()
    if (!stroke) return
    this.store.run({ command: 'create', ...stroke }).catch((e) => this.events.refused(e))
  }

  #up(e: PointerEvent): void {
    this.#touches.delete(e.pointerId)
    const press = this.#press
    if (!press) return
    if (press.what === 'pinch') {
      if (this.#touches.size < 2) this.#finish()
      return
    }
    this.#press = null
    const at = this.#at(e)
    if (press.what === 'draw') this.#endDraw()
    else if (press.what === 'box') this.#endBox(press, at)
    else if (press.what === 'object' && !press.dragging) this.#click(press)
    else this.#finish()
  }

  #finish(): void {
    this.#press = null
    this.element.style.cursor = ''
    this.holding.end()
  }

  #cancelled(e: PointerEvent): void {
    this.#touches.delete(e.pointerId)
    this.view.overlay.local.box = null
    this.#pen.end()
    this.#press = null
    this.holding.cancel()
    this.view.touchUp()
  }

  #click(press: Press & { what: 'object' }): void {
    const ids = this.together([press.id])
    if (!press.add) return this.select(ids)
    if (!this.store.selection.has(press.id)) return this.select(ids, true)
    const rest = new Set(ids)
    this.select([...this.store.selection].filter((id) => !rest.has(id)))
  }

  #endBox(press: Press & { what: 'box' }, at: Xy): void {
    const { local } = this.view.overlay
    const drawn = local.box !== null
    local.box = null
    this.view.touchUp()
    const [l, r] = [Math.min(press.at[0], at[0]), Math.max(press.at[0], at[0])]
    const [t, b] = [Math.min(press.at[1], at[1]), Math.max(press.at[1], at[1])]
    const inside: number[] = []
    if (drawn && (r - l > 0.004 || b - t > 0.004))
      for (const a of this.view.actors.all.values()) {
        if (a.leaving) continue
        const o = a.outline()
        if (o.length > 0 && o.every(([x, y]) => x >= l && x <= r && y >= t && y <= b))
          inside.push(a.object.id)
      }
    if (inside.length > 0 || (!press.add && this.store.selection.size > 0))
      this.select(this.together(inside), press.add)
  }

  #wheel(e: WheelEvent): void {
    if (this.#press) return e.preventDefault()
    const hit = this.#pick(this.#at(e))
    if (!this.holding.active) {
      if (!hit) return
      const ids = this.store.selection.has(hit.id) ? [...this.store.selection] : [hit.id]
      if (!this.holding.begin(this.together(ids))) return
    }
    e.preventDefault()
    const lines = e.deltaMode === 1 ? 18 : 1
    const factor = Math.exp(clamp(-e.deltaY * lines * 0.0012, -0.25, 0.25))
    const middle = middleOf(this.holding.places())
    this.holding.nudge((t) => about(t, middle, factor, 0))
    this.holding.endLater(WHEEL_MS)
  }
}
