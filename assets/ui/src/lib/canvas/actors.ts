/**
 * The objects as a view shows them: where each one belongs (in the document, in somebody's hand, in this
 * page's own hand) and how far it is on its way there. All of them may move with every frame, so a frame
 * makes nothing anew. Must not draw: whoever draws is told what came, moved and went.
 */
import type { Held, SceneObject, Transform } from '../api/types'
import { ease, Motion, type Eased } from './ease'
import type { Xy } from './geometry'
import { halfSize, outline, type Pickable } from './pick'

/** How far behind a change's end things are on their way to it, seconds. */
const SMOOTH_S = 0.1
const APPEAR_S = 0.13
const LEAVE_S = 0.07
/** What was let go stays where it was until its step comes, but no longer than this. */
const LINGER_MS = 400
/** Smaller than this a thing would have no inside. */
const LEAST = 0.0001

/** One object as it is shown: on its way from where it was to where it belongs. */
export class Actor {
  readonly motion = new Motion()
  /** How large it is of its size: grows when it comes, shrinks when it goes. */
  readonly show: Eased
  leaving = false
  /** Where this page itself holds it: shown at once, before the box has heard of it. */
  mine: Transform | null = null
  /** Who holds it elsewhere, and where. */
  holder: string | null = null
  held: Transform | null = null
  /** The message that last told of that. */
  heldIn = 0
  /** Its last held place, which counts until then. */
  linger: Transform | null = null
  lingerUntilMs = 0
  #height: number | undefined
  #half: readonly [number, number, number] | null = null
  #outline: readonly Xy[] | null = null

  constructor(
    public object: SceneObject,
    grown: number,
  ) {
    this.show = { now: grown, speed: 0 }
    this.motion.set(object.position, object.rotation, object.scale)
    this.motion.jump()
  }

  /** Height of a card as it was painted, scene units at scale 1. */
  get height(): number | undefined {
    return this.#height
  }

  set height(height: number | undefined) {
    this.#height = height
    this.looksOther()
  }

  /** Its form may be another now. */
  looksOther(): void {
    this.#half = null
    this.#outline = null
  }

  /** It was moved. */
  moved(): void {
    this.#outline = null
  }

  /** Its outline as it is seen, canvas space. */
  outline(): readonly Xy[] {
    return (this.#outline ??= outline(this.pickable()))
  }

  /** Half its size along its own axes, at scale 1. */
  half(): readonly [number, number, number] {
    return (this.#half ??= halfSize(this.object.form, this.#height))
  }

  /** No part of it is farther from its middle than this, scene units. */
  reach(): number {
    const [x, y, z] = this.half()
    const { now } = this.motion
    return Math.hypot(x * (now[7] as number), y * (now[8] as number), z * (now[9] as number))
  }

  /** Where it is shown to belong, before it is on its way there. */
  belongs(): Transform {
    return this.mine ?? this.held ?? this.linger ?? this.object
  }

  /** What can be picked, where it is shown now. */
  pickable(): Pickable {
    const { id, form } = this.object
    const [px = 0, py = 0, pz = 0, qx = 0, qy = 0, qz = 0, qw = 1, sx = 1, sy = 1, sz = 1] =
      this.motion.now
    return {
      id,
      form,
      height: this.#height,
      place: { id, position: [px, py, pz], rotation: [qx, qy, qz, qw], scale: [sx, sy, sz] },
    }
  }
}

/** Who draws. */
export interface Drawn {
  add(o: SceneObject): void
  change(o: SceneObject): void
  /** `now` is position, rotation and scale; `size` multiplies the scale. */
  place(id: number, now: Float64Array, size: number): void
  remove(id: number): void
}

export class Actors {
  readonly all = new Map<number, Actor>()
  /** Those that nobody may change. */
  readonly locked = new Set<Actor>()
  #moving = new Set<Actor>()
  #held = new Set<Actor>()
  #messages = 0

  constructor(
    private readonly reducedMotion: boolean,
    private readonly drawn: () => Drawn | null,
  ) {}

  get moving(): boolean {
    return this.#moving.size > 0
  }

  get(id: number): Actor | undefined {
    return this.all.get(id)
  }

  /** An object is there; `shown` lets it grow from nothing. */
  enter(o: SceneObject, shown: boolean): Actor {
    const old = this.all.get(o.id)
    if (old) this.#gone(old)
    const a = new Actor(o, shown && !this.reducedMotion ? 0 : 1)
    this.all.set(o.id, a)
    if (o.locked) this.locked.add(a)
    this.drawn()?.add(o)
    this.drawn()?.place(o.id, a.motion.now, a.show.now)
    this.#moving.add(a)
    return a
  }

  /** An object is as told now. */
  change(o: SceneObject): void {
    const a = this.all.get(o.id)
    if (!a) return
    const before = a.object
    a.object = o
    a.linger = null
    if (o.locked) this.locked.add(a)
    else this.locked.delete(a)
    if (before.form !== o.form || before.colour !== o.colour) {
      a.looksOther()
      this.drawn()?.change(o)
    }
    this.#aim(a)
  }

  leave(id: number, atOnce: boolean): void {
    const a = this.all.get(id)
    if (!a) return
    a.mine = null
    if (atOnce || this.reducedMotion) this.#gone(a)
    else {
      a.leaving = true
      this.#moving.add(a)
    }
  }

  #gone(a: Actor): void {
    this.#moving.delete(a)
    this.#held.delete(a)
    this.locked.delete(a)
    this.drawn()?.remove(a.object.id)
    if (this.all.get(a.object.id) === a) this.all.delete(a.object.id)
  }

  /** What others hold, and where. */
  tookHeld(held: readonly Held[]): void {
    const message = ++this.#messages
    for (const { who, objects } of held)
      for (const place of objects) {
        const a = this.all.get(place.id)
        if (!a) continue
        a.holder = who
        a.held = place
        a.heldIn = message
        this.#held.add(a)
        this.#aim(a)
      }
    for (const a of this.#held) {
      if (a.heldIn === message) continue
      this.#held.delete(a)
      this.#linger(a, a.held)
      a.holder = a.held = null
      this.#aim(a)
    }
  }

  /** This page holds these here. */
  hold(places: readonly Transform[]): void {
    for (const place of places) {
      const a = this.all.get(place.id)
      if (!a) continue
      a.mine = place
      this.#aim(a)
    }
  }

  /** This page lets go; `back` puts them at once where the document has them. */
  letGo(back: boolean): void {
    for (const a of this.all.values()) {
      if (!a.mine) continue
      if (!back) this.#linger(a, a.mine)
      a.mine = null
      this.#aim(a)
    }
  }

  #linger(a: Actor, place: Transform | null): void {
    a.linger = place
    a.lingerUntilMs = performance.now() + LINGER_MS
  }

  /** Sets where it is to be; what is held is there at once. */
  #aim(a: Actor): void {
    if (a.leaving) return
    const { position, rotation, scale } = a.belongs()
    a.motion.set(position, rotation, scale)
    if (a.mine || a.held || this.reducedMotion) a.motion.jump()
    this.#moving.add(a)
  }

  /** One frame onwards; says whether anything moved. */
  step(nowMs: number, dtS: number): boolean {
    let any = false
    for (const a of this.#moving) {
      any = true
      const { show, motion } = a
      if (a.linger && nowMs > a.lingerUntilMs) {
        a.linger = null
        this.#aim(a)
      }
      let moves = motion.step(SMOOTH_S, dtS) || a.linger !== null
      const full = a.leaving ? 0 : 1
      if (show.now !== full) {
        ease(show, full, a.leaving ? LEAVE_S : APPEAR_S, dtS)
        if (Math.abs(show.now - full) < 0.004) show.now = full
        else moves = true
      }
      if (a.leaving && show.now === 0) {
        this.#gone(a)
        continue
      }
      a.moved()
      this.drawn()?.place(a.object.id, motion.now, Math.max(LEAST, show.now))
      if (!moves) this.#moving.delete(a)
    }
    return any
  }
}
