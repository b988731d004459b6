/**
 * The solids on the graphics card: one draw call for each kind, whatever their number. A solid that moves
 * writes sixteen numbers; nothing is allocated for a frame.
 */
import {
  type BufferGeometry,
  Color,
  DynamicDrawUsage,
  InstancedBufferAttribute,
  InstancedMesh,
  type Material,
  type Scene,
} from 'three'
import { CASTS } from './shadows'
import { FINENESSES, solid, type Fineness, type Solid } from './shapes'

/** More than so many of a kind are drawn less finely, and again. */
const MANY = { card: [150, 600, 2_000], processor: [10, 40, 160] } as const

/** The shared surfaces, made when they are first needed. */
class Shapes {
  readonly #made = new Map<string, BufferGeometry>()

  get(kind: Solid, fineness: number): BufferGeometry {
    const name = FINENESSES[Math.min(fineness, FINENESSES.length - 1)] as Fineness
    const key = `${kind} ${name}`
    let shape = this.#made.get(key)
    if (!shape) this.#made.set(key, (shape = solid(kind, name)))
    return shape
  }

  dispose(): void {
    for (const shape of this.#made.values()) shape.dispose()
    this.#made.clear()
  }
}

class Batch {
  mesh: InstancedMesh
  readonly #ids: number[] = []
  readonly #slots = new Map<number, number>()

  constructor(
    private readonly kind: Solid,
    private readonly scene: Scene,
    private readonly material: Material,
    private readonly shapes: Shapes,
  ) {
    this.mesh = this.#make(32)
  }

  #make(capacity: number): InstancedMesh {
    const mesh = new InstancedMesh(this.shapes.get(this.kind, 0), this.material, capacity)
    mesh.instanceColor = new InstancedBufferAttribute(new Float32Array(capacity * 3), 3)
    mesh.instanceMatrix.setUsage(DynamicDrawUsage)
    mesh.frustumCulled = false
    mesh.count = 0
    mesh.layers.enable(CASTS)
    this.scene.add(mesh)
    return mesh
  }

  #grow(): void {
    const old = this.mesh
    const mesh = this.#make(old.instanceMatrix.count * 2)
    ;(mesh.instanceMatrix.array as Float32Array).set(old.instanceMatrix.array)
    ;(mesh.instanceColor as InstancedBufferAttribute).array.set(
      (old.instanceColor as InstancedBufferAttribute).array,
    )
    mesh.count = old.count
    this.#drop(old)
    this.mesh = mesh
  }

  #drop(mesh: InstancedMesh): void {
    this.scene.remove(mesh)
    mesh.dispose()
  }

  /** Chooses the surface for their number, `coarser` by so many steps. */
  refine(many: readonly number[], coarser: number): void {
    let fineness = coarser
    for (const n of many) if (this.#ids.length > n) fineness += 1
    this.mesh.geometry = this.shapes.get(this.kind, fineness)
  }

  add(id: number, colour: Color): void {
    const slot = this.#ids.length
    if (slot === this.mesh.instanceMatrix.count) this.#grow()
    this.#ids.push(id)
    this.#slots.set(id, slot)
    this.mesh.count = slot + 1
    this.colour(id, colour)
  }

  colour(id: number, colour: Color): void {
    const slot = this.#slots.get(id)
    if (slot === undefined) return
    this.mesh.setColorAt(slot, colour)
    ;(this.mesh.instanceColor as InstancedBufferAttribute).needsUpdate = true
  }

  /** `m` is position, rotation and scale as `Motion.now` has them; `size` multiplies the scale. */
  place(id: number, m: Float64Array, size: number): void {
    const slot = this.#slots.get(id)
    if (slot === undefined) return
    compose(m, size, this.mesh.instanceMatrix.array as Float32Array, slot * 16)
    this.mesh.instanceMatrix.needsUpdate = true
  }

  remove(id: number): void {
    const slot = this.#slots.get(id)
    if (slot === undefined) return
    this.#slots.delete(id)
    const last = this.#ids.pop() as number
    if (last !== id) {
      // The last one moves into the gap.
      const from = this.#ids.length
      this.#ids[slot] = last
      this.#slots.set(last, slot)
      const matrices = this.mesh.instanceMatrix.array as Float32Array
      matrices.copyWithin(slot * 16, from * 16, from * 16 + 16)
      const colours = (this.mesh.instanceColor as InstancedBufferAttribute).array
      colours.copyWithin(slot * 3, from * 3, from * 3 + 3)
    }
    this.mesh.count = this.#ids.length
    this.mesh.instanceMatrix.needsUpdate = true
    ;(this.mesh.instanceColor as InstancedBufferAttribute).needsUpdate = true
  }

  dispose(): void {
    this.#drop(this.mesh)
  }
}

/** Writes a matrix, column by column, from position, rotation and scale. */
export function compose(m: ArrayLike<number>, size: number, out: Float32Array, at: number): void {
  const n = (i: number) => m[i] as number
  const [x, y, z, w] = [n(3), n(4), n(5), n(6)]
  const [sx, sy, sz] = [n(7) * size, n(8) * size, n(9) * size]
  out[at] = (1 - 2 * (y * y + z * z)) * sx
  out[at + 1] = 2 * (x * y + z * w) * sx
  out[at + 2] = 2 * (x * z - y * w) * sx
  out[at + 3] = 0
  out[at + 4] = 2 * (x * y - z * w) * sy
  out[at + 5] = (1 - 2 * (x * x + z * z)) * sy
  out[at + 6] = 2 * (y * z + x * w) * sy
  out[at + 7] = 0
  out[at + 8] = 2 * (x * z + y * w) * sz
  out[at + 9] = 2 * (y * z - x * w) * sz
  out[at + 10] = (1 - 2 * (x * x + y * y)) * sz
  out[at + 11] = 0
  out[at + 12] = n(0)
  out[at + 13] = n(1)
  out[at + 14] = n(2)
  out[at + 15] = 1
}

/** All solids. */
export class Batches {
  readonly #batches = new Map<Solid, Batch>()
  readonly #kinds = new Map<number, Solid>()
  readonly #shapes = new Shapes()

  constructor(
    private readonly scene: Scene,
    private readonly material: Material,
    /** No graphics card draws here. */
    private readonly software: boolean,
  ) {}

  #of(id: number): Batch | undefined {
    const kind = this.#kinds.get(id)
    return kind && this.#batches.get(kind)
  }

  add(id: number, kind: Solid, colour: Color): void {
    this.#kinds.set(id, kind)
    let batch = this.#batches.get(kind)
    if (!batch) {
      batch = new Batch(kind, this.scene, this.material, this.#shapes)
      this.#batches.set(kind, batch)
    }
    batch.add(id, colour)
  }

  colour(id: number, colour: Color): void {
    this.#of(id)?.colour(id, colour)
  }

  place(id: number, m: Float64Array, size: number): void {
    this.#of(id)?.place(id, m, size)
  }

  /** How finely the next frame is drawn: `coarser` by so many steps than their numbers ask for. */
  refine(coarser: number): void {
    const many = this.software ? MANY.processor : MANY.card
    for (const b of this.#batches.values()) b.refine(many, coarser)
  }

  remove(id: number): void {
    this.#of(id)?.remove(id)
    this.#kinds.delete(id)
  }

  dispose(): void {
    for (const b of this.#batches.values()) b.dispose()
    this.#shapes.dispose()
    this.#batches.clear()
    this.#kinds.clear()
  }
}
