/**
 * The canvas as this page knows it: the one store that every page with a canvas reads, and the one way
 * in which a page has commands done. Fed by the live socket. Must not draw, and must not decide: the
 * box's document is the truth, this is its picture.
 *
 * Two ways to follow it: Svelte reads the fields; what runs for every frame listens with `on`.
 */
import { ApiError } from '../api/http'
import { BoxClock } from '../api/clock'
import type {
  CalibrationState,
  CanvasState,
  ClientMessage,
  Command,
  Held,
  Outcome,
  SceneChange,
  SceneObject,
  ServerMessage,
  TouchView,
  Transform,
  Spread,
  Verdict,
} from '../api/types'
import { i18n } from '../i18n/index.svelte'
import { SceneDocument, type Diff } from './document'

/** What a page wants to be told; several wants add up. */
export interface Want {
  canvas?: boolean
  verdicts?: boolean
  /** This page is the output of that name. */
  output?: string
}

/** What `on` listens to. */
export interface CanvasEvents {
  /** The scene changed; `step` tells by whom, null where it came whole. */
  scene: (diff: Diff, step: SceneChange | null) => void
  /** Selection, mode, tray or another part of the state changed. */
  state: (state: CanvasState) => void
  touch: (touch: TouchView) => void
  held: (held: Held[]) => void
  /** A picture of the canvas is wanted. */
  photograph: (photograph: number, scene: number) => void
}

export type Send = (message: ClientMessage) => boolean

interface Waiting {
  done: (outcome: Outcome) => void
  failed: (error: ApiError) => void
}

const VERDICTS = 200
/** A page that missed a step asks again, but not faster than this. */
const ASK_AGAIN_MS = 1_000

const noLine = () =>
  new ApiError({
    kind: 'unavailable',
    what: i18n.t.shell.noLine,
    next: i18n.t.shell.noLineNext,
  })
const cut = () =>
  new ApiError({ kind: 'unavailable', what: i18n.t.shell.cut, next: i18n.t.shell.cutNext })

/** Paints the canvas as it is shown, so many pixels wide; null where it cannot now. */
export type Paint = (width: number) => Promise<Blob | null>

export class CanvasStore {
  /** The scene's number, name and revision; null before the box has told it. */
  scene = $state.raw<{ id: number; name: string; revision: number } | null>(null)
  state = $state.raw<CanvasState | null>(null)
  touch = $state.raw<TouchView | null>(null)
  held = $state.raw<Held[]>([])
  calibration = $state.raw<CalibrationState | null>(null)
  /** The last verdicts, oldest first. */
  verdicts = $state.raw<Verdict[]>([])
  /** From capture to the canvas drawn with the hand where that frame saw it, as this page measured. */
  drawn = $state.raw<Spread | null>(null)
  /** Grow when the list of scenes, or the bindings, changed: ask for them again. */
  scenesChanged = $state(0)
  bindingsChanged = $state(0)

  readonly document = new SceneDocument()
  #send: Send = () => false
  #subscribe: () => void = () => undefined
  clock = new BoxClock()
  /** The view of this page, if it shows one. */
  paint: Paint | null = null
  #wants = new Set<Want>()
  #waiting = new Map<number, Waiting | null>()
  #nextId = 1
  #askedMs = -Infinity
  #listeners: { [K in keyof CanvasEvents]: Set<CanvasEvents[K]> } = {
    scene: new Set(),
    state: new Set(),
    touch: new Set(),
    held: new Set(),
    photograph: new Set(),
  }

  /** The objects, in the order in which they were made. */
  readonly list = $derived.by((): readonly SceneObject[] =>
    this.scene ? [...this.document.objects.values()] : [],
  )
  /** What this page selected and the box has not told yet: the next key or finger means this already. */
  #chosen = $state.raw<{ id: number; ids: number[] } | null>(null)
  readonly selection = $derived(new Set(this.#chosen?.ids ?? this.state?.selection ?? []))
  readonly selected = $derived(this.list.filter((o) => this.selection.has(o.id)))

  /** Ties it to the line: how to send, what sends the subscription anew, and the box's clock. */
  attach(line: { send: Send; subscribe: () => void; clock: BoxClock }): void {
    this.#send = line.send
    this.#subscribe = line.subscribe
    this.clock = line.clock
  }

  /** Asks for what a page needs for as long as it is open; returns how to end that. */
  want(want: Want): () => void {
    this.#wants.add(want)
    this.#subscribe()
    return () => {
      this.#wants.delete(want)
      this.#subscribe()
    }
  }

  /** This page is shown by a projector. */
  get isOutput(): boolean {
    return [...this.#wants].some((w) => w.output !== undefined)
  }

  /** The canvas's part of the message `subscribe`. */
  subscription(seen = true): Partial<Extract<ClientMessage, { type: 'subscribe' }>> {
    const wants = [...this.#wants]
    const output = wants.find((w) => w.output)?.output
    const { id, revision } = this.document
    return {
      canvas: seen && wants.some((w) => w.canvas),
      verdicts: seen && wants.some((w) => w.verdicts),
      ...(output === undefined ? {} : { output }),
      ...(id === null ? {} : { have: { scene: id, revision } }),
    }
  }

  on<K extends keyof CanvasEvents>(event: K, listener: CanvasEvents[K]): () => void {
    this.#listeners[event].add(listener)
    return () => void this.#listeners[event].delete(listener)
  }

  object(id: number): SceneObject | undefined {
    return this.document.objects.get(id)
  }

  /** Has a command done; rejects with an `ApiError` that says why not. */
  run(command: Command): Promise<Outcome> {
    return new Promise((done, failed) => {
      const id = this.#nextId++
      if (!this.#send({ type: 'do', id, command })) return failed(noLine())
      this.#waiting.set(id, { done, failed })
      const ids = this.#chosenBy(command)
      if (ids) this.#chosen = { id, ids }
    })
  }

  /** What will be selected once that is done, where this page can tell. */
  #chosenBy(command: Command): number[] | null {
    if (command.command === 'select_all') return [...this.document.objects.keys()]
    return command.command === 'select' && !command.add ? command.ids : null
  }

  /** Has a command done whose answer nobody waits for, such as `drag`; says whether it was sent. */
  tell(command: Command): boolean {
    const id = this.#nextId++
    const sent = this.#send({ type: 'do', id, command })
    if (sent) this.#waiting.set(id, null)
    return sent
  }

  /** The line broke: what was asked gets no answer any more. */
  cut(): void {
    const waiting = [...this.#waiting.values()]
    this.#waiting.clear()
    this.#chosen = null
    for (const w of waiting) w?.failed(cut())
    this.#askedMs = -Infinity
    this.touch = null
    this.held = []
    this.#tell('held', [])
  }

  /** Takes one message of the box's; says whether it was one for the canvas. */
  take(m: ServerMessage): boolean {
    switch (m.type) {
      case 'scene':
        this.#tookScene(this.document.whole(m), null)
        return true
      case 'change':
        this.#tookChange(m)
        return true
      case 'canvas':
        this.state = m
        if (this.scene && this.scene.id === m.scene && this.scene.name !== m.name) {
          this.document.name = m.name
          this.scene = { ...this.scene, name: m.name }
        }
        this.#tell('state', m)
        return true
      case 'touch':
        this.touch = m
        this.#tell('touch', m)
        return true
      case 'held':
        this.held = m.held
        this.#tell('held', m.held)
        return true
      case 'calibration':
        this.calibration = m
        return true
      case 'verdict':
        this.verdicts = [...this.verdicts.slice(1 - VERDICTS), m]
        return true
      case 'scenes':
        this.scenesChanged += 1
        return true
      case 'bindings':
        this.bindingsChanged += 1
        return true
      case 'photograph':
        this.#tell('photograph', m.photograph, m.scene)
        return true
      case 'did': {
        const waiting = this.#answered(m.id)
        waiting?.done(m.outcome)
        return true
      }
      case 'refused': {
        const waiting = this.#answered(m.id)
        waiting?.failed(new ApiError(m.error))
        return true
      }
      default:
        return false
    }
  }

  /** The view drew a hand's movement `ms` after its capture: the box counts them all. */
  drew(ms: number): void {
    this.#send({ type: 'latency', capture_to_drawn_ms: Math.round(ms * 10) / 10 })
  }

  /** Where everything is that somebody holds now. */
  heldPlaces(): Map<number, { who: string; place: Transform }> {
    const places = new Map<number, { who: string; place: Transform }>()
    for (const h of this.held) for (const o of h.objects) places.set(o.id, { who: h.who, place: o })
    return places
  }

  #answered(id: number): Waiting | null {
    const waiting = this.#waiting.get(id) ?? null
    this.#waiting.delete(id)
    // The box tells what came of it before it answers, so its own word is there to go by.
    if (this.#chosen?.id === id) this.#chosen = null
    return waiting
  }

  #tookChange(change: SceneChange): void {
    const { taken, diff } = this.document.step(change)
    if (diff) this.#tookScene(diff, change)
    else if (taken === 'gap') this.#askAgain()
  }

  #tookScene(diff: Diff, step: SceneChange | null): void {
    this.#askedMs = -Infinity
    const { id, name, revision } = this.document
    if (id !== null) this.scene = { id, name, revision }
    this.#tell('scene', diff, step)
  }

  #askAgain(): void {
    const nowMs = performance.now()
    if (nowMs - this.#askedMs < ASK_AGAIN_MS) return
    this.#askedMs = nowMs
    this.#subscribe()
  }

  #tell<K extends keyof CanvasEvents>(event: K, ...args: Parameters<CanvasEvents[K]>): void {
    for (const listener of this.#listeners[event])
      (listener as (...a: Parameters<CanvasEvents[K]>) => void)(...args)
  }
}

/** The one of this page. */
export const canvas = new CanvasStore()
