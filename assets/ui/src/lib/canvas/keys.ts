/**
 * The keyboard on the stage: everything that a hand or a mouse can do. Tab goes from object to object and
 * then on through the page, so that nobody is caught; runs of moving keys are one step.
 */
import type { Command, SceneObject, Transform } from '../api/types'
import type { Editor } from './editor'
import {
  about,
  add,
  clamp,
  DEPTH,
  toCanvas,
  toScene,
  turnAbout,
  turnAfter,
  type Vec3,
} from './geometry'
import { middleOf } from './pick'
import type { CanvasStore } from './store.svelte'

/** A run of keys ends when none came for this long. */
const RUN_MS = 700

export interface KeyEvents {
  /** The keyboard is at this object now, or at none. */
  at(o: SceneObject | null): void
  /** What is held was moved here. */
  moved(places: Transform[]): void
  run(command: Command): void
  edit(id: number): void
  menu(id: number): void
  /** Makes a card of words and asks for them. */
  card(): void
  /** Nothing is selected that this could be done with. */
  nothing(): void
  help(): void
}

const KINDS = ['box', 'sphere', 'cone', 'cylinder', 'torus', 'plane'] as const
const ARROWS: Record<string, Vec3> = {
  ArrowLeft: [-1, 0, 0],
  ArrowRight: [1, 0, 0],
  ArrowUp: [0, 1, 0],
  ArrowDown: [0, -1, 0],
}

export class Keys {
  /** The object that the keyboard is at. */
  focus: number | null = null
  #leaving = false

  constructor(
    private readonly store: CanvasStore,
    private readonly editor: () => Editor | null,
    private readonly events: KeyEvents,
  ) {}

  /** Does what a key means; false where it is none of the stage's. */
  press(e: KeyboardEvent): boolean {
    const command = e.ctrlKey || e.metaKey
    const key = e.key.length === 1 ? e.key.toLowerCase() : e.key
    if (e.key === 'Tab') return !e.altKey && !command && this.#tab(e.shiftKey)
    this.#leaving = false
    if (command) return !e.altKey && this.#withCommand(key, e.shiftKey)
    if (e.altKey) return false
    return this.#transform(key, e.shiftKey) || this.#plain(key, e.shiftKey)
  }

  /** The stage lost or got the focus. */
  blur(): void {
    this.#leaving = false
    this.editor()?.holding.end()
  }

  /** From object to object in the order of making; past the last one the page goes on. */
  #tab(back: boolean): boolean {
    const list = this.store.list
    if (this.#leaving || list.length === 0) {
      this.#leaving = false
      this.focus = null
      this.events.at(null)
      return false
    }
    this.editor()?.holding.end()
    const at = list.findIndex((o) => o.id === this.focus)
    const next = at < 0 ? (back ? list.length - 1 : 0) : at + (back ? -1 : 1)
    const o = list[next]
    this.focus = o?.id ?? null
    this.events.at(o ?? null)
    if (!o) return false
    this.editor()?.select([o.id])
    return true
  }

  #ids(): number[] {
    return [...this.store.selection]
  }

  #withCommand(key: string, shift: boolean): boolean {
    const commands: Record<string, () => void> = {
      z: () => this.#run({ command: shift ? 'redo' : 'undo' }),
      y: () => this.#run({ command: 'redo' }),
      d: () => this.#onSelection({ command: 'duplicate', ids: [] }),
      g: () => this.#onSelection({ command: shift ? 'ungroup' : 'group', ids: [] }),
      a: () => this.#run({ command: 'select_all' }),
      s: () => this.#run({ command: 'save' }),
    }
    const does = commands[key]
    does?.()
    return does !== undefined
  }

  #run(command: Command): void {
    this.editor()?.holding.end()
    this.events.run(command)
  }

  #onSelection(command: Command): void {
    if (this.store.selection.size === 0) this.events.nothing()
    else this.#run(command)
  }

  #plain(key: string, shift: boolean): boolean {
    const { store } = this
    const state = store.state
    const number = Number(key)
    if (number >= 1 && number <= 6) {
      const kind = KINDS[number - 1] as (typeof KINDS)[number]
      this.#run({ command: 'create', form: { kind } })
      return true
    }
    const first = this.#ids()[0]
    const does: Record<string, () => void> = {
      n: () => this.#run({ command: 'create' }),
      '7': () => this.events.card(),
      Enter: () => (first === undefined ? this.events.nothing() : this.events.edit(first)),
      Delete: () => this.#onSelection({ command: 'delete', ids: [] }),
      Backspace: () => this.#onSelection({ command: 'delete', ids: [] }),
      l: () =>
        this.#onSelection({
          command: store.selected.every((o) => o.locked) ? 'unlock' : 'lock',
          ids: [],
        }),
      s: () => this.#run({ command: 'save' }),
      r: () => this.#run({ command: 'revert' }),
      m: () => this.#run({ command: 'set_mode', mode: state?.mode === 'draw' ? 'shapes' : 'draw' }),
      Escape: () => this.#escape(),
      ContextMenu: () => first !== undefined && this.events.menu(first),
    }
    if (key === 'F10' && shift && first !== undefined) {
      this.events.menu(first)
      return true
    }
    const it = does[key]
    it?.()
    return it !== undefined
  }

  #escape(): void {
    const editor = this.editor()
    if (editor?.holding.active) return editor.holding.cancel()
    this.#leaving = true
    this.focus = null
    this.events.at(null)
    if (this.store.selection.size > 0) editor?.select([])
  }

  /** Keys that move, turn or size what is selected. */
  #transform(key: string, shift: boolean): boolean {
    const by = this.#change(key, shift)
    if (!by) return false
    const editor = this.editor()
    if (!editor) return false
    const { holding } = editor
    if (!holding.active) {
      const ids = editor.together(this.#ids())
      if (ids.length === 0 || !holding.begin(ids)) {
        this.events.nothing()
        return true
      }
    }
    const middle = middleOf(holding.places())
    holding.nudge((t) => by(t, middle))
    holding.endLater(RUN_MS)
    this.events.moved(holding.places())
    return true
  }

  #change(key: string, shift: boolean): ((t: Transform, middle: Vec3) => Transform) | null {
    const arrow = ARROWS[key]
    if (arrow) {
      const step = shift ? 1 : 0.25
      return (t) => ({
        ...t,
        position: add(t.position, [arrow[0] * step, arrow[1] * step, 0]),
      })
    }
    const depth = key === 'PageUp' ? -0.5 : key === 'PageDown' ? 0.5 : 0
    if (depth !== 0)
      return (t) => ({
        ...t,
        position: toScene(
          toCanvas(t.position) ?? [0.5, 0.5],
          clamp(t.position[2] + depth, ...DEPTH),
        ),
      })
    const factor = key === '+' || key === '=' ? 1.1 : key === '-' || key === '_' ? 1 / 1.1 : 0
    if (factor !== 0) return (t, middle) => about(t, middle, factor, 0)
    const degrees = key === '[' ? 15 : key === ']' ? -15 : 0
    if (degrees !== 0) return (t, middle) => about(t, middle, 1, (degrees * Math.PI) / 180)
    // Turning about the other axes: what lies flat on the screen can be tilted too.
    const tilt: Record<string, Vec3> = {
      '{': [0, 1, 0],
      '}': [0, -1, 0],
      ',': [1, 0, 0],
      '.': [-1, 0, 0],
    }
    const axis = tilt[key]
    if (!axis) return null
    const turn = turnAbout(axis, Math.PI / 12)
    return (t) => ({ ...t, rotation: turnAfter(turn, t.rotation) })
  }
}
