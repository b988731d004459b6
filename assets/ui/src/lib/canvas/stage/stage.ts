/**
 * The stage in three dimensions: what three.js draws of the scene. Told what is there, where it is and
 * when to draw; decides nothing about the document and runs no loop of its own. Loaded only by pages that
 * show a canvas.
 */
import {
  Color,
  Fog,
  Mesh,
  PerspectiveCamera,
  PlaneGeometry,
  Scene,
  Vector3,
  WebGLRenderer,
  type BufferGeometry,
  type MeshMatcapMaterial,
} from 'three'
import type { SceneObject } from '../../api/types'
import { CARD_WIDTH } from '../cards'
import { EYE, FOV_Y_DEG, HEIGHT, WIDTH, type Vec3 } from '../geometry'
import type { Quality } from '../governor'
import { Batches, compose } from './batches'
import { loadPicture, paintPicture, paintWords, type Painted } from './cards'
import { forgetLook, lacquer } from './look'
import { DARK_ROOM, LIGHT_ROOM, Room } from './room'
import { CASTS, Shadows } from './shadows'
import { isSolid } from './shapes'
import { Sparks } from './sparks'
import { tube } from './tube'

/** What is shown of an object that is no solid. */
interface Single {
  mesh: Mesh
  material: MeshMatcapMaterial
  painted: Painted | null
  /** What it was made from: made anew only when that changes. */
  made: string
}

export interface StageEvents {
  /** A card was painted: it has this height now. */
  height(id: number, height: number): void
  /** Something became ready that must be drawn. */
  stale(): void
  lost(): void
  restored(): void
}

/** Whether this browser draws without a graphics card. Throws where it cannot draw at all. */
function probe(): boolean {
  const gl = document.createElement('canvas').getContext('webgl2')
  if (!gl) throw new Error('this browser has no WebGL 2')
  const info = gl.getExtension('WEBGL_debug_renderer_info')
  const name = String(gl.getParameter(info ? info.UNMASKED_RENDERER_WEBGL : gl.RENDERER))
  gl.getExtension('WEBGL_lose_context')?.loseContext()
  return /swiftshader|llvmpipe|softpipe|software|basic render/i.test(name)
}

export class Stage {
  readonly software: boolean
  readonly canvas: HTMLCanvasElement
  lost = false
  #renderer: WebGLRenderer
  #scene = new Scene()
  #camera = new PerspectiveCamera(FOV_Y_DEG, WIDTH / HEIGHT, 1, EYE + 14)
  #shadows: Shadows
  #room: Room
  #lacquer: MeshMatcapMaterial
  #batches: Batches
  #sparks: Sparks
  #singles = new Map<number, Single>()
  #card = new PlaneGeometry(1, 1)
  #pictures = new Map<string, Promise<ImageBitmap>>()
  #colour = new Color()
  #size: [number, number] = [1, 1]
  #ratio = 0
  #frames = 0
  #shadowsStale = true
  #fence: { sync: WebGLSync; startMs: number } | null = null

  /** Throws where WebGL is missing. */
  constructor(
    canvas: HTMLCanvasElement,
    private readonly events: StageEvents,
  ) {
    this.canvas = canvas
    this.software = probe()
    this.#renderer = new WebGLRenderer({
      canvas,
      alpha: false,
      // Without a graphics card four samples cost more than they please: resting pictures are drawn
      // larger instead.
      antialias: !this.software,
      depth: true,
      stencil: false,
      powerPreference: 'high-performance',
    })
    this.#renderer.autoClear = false
    this.#renderer.info.autoReset = true
    this.#camera.position.set(0, 0, EYE)
    this.#camera.updateMatrixWorld()
    const { extensions } = this.#renderer
    this.#shadows = new Shadows(
      ['EXT_color_buffer_float', 'EXT_color_buffer_half_float'].some((e) => extensions.has(e)),
    )
    this.#room = new Room(this.#shadows.onRoom)
    this.#lacquer = lacquer(this.#shadows.shade)
    this.#scene.add(this.#room.backdrop)
    this.#batches = new Batches(this.#scene, this.#lacquer, this.software)
    this.#sparks = new Sparks(this.#scene)
    this.setDark(true)
    canvas.addEventListener('webglcontextlost', this.#lost)
    canvas.addEventListener('webglcontextrestored', this.#restored)
  }

  readonly #lost = (e: Event): void => {
    e.preventDefault()
    this.lost = true
    this.#fence = null
    this.events.lost()
  }

  readonly #restored = (): void => {
    this.lost = false
    this.#ratio = 0
    this.#shadowsStale = true
    this.#room.forget()
    this.events.restored()
  }

  setDark(dark: boolean): void {
    this.#room.shade(dark ? DARK_ROOM : LIGHT_ROOM)
    // Fades what is far back; at the front of the stage it does nothing.
    this.#scene.fog = new Fog(this.#room.fog, EYE - 1, EYE + 16)
    this.#sparks.dark = dark
    this.#shadowsStale = true
  }

  setSize(width: number, height: number): void {
    this.#size = [Math.max(1, width), Math.max(1, height)]
    this.#ratio = 0
  }

  /** How large a frame is at a ratio of 1, megapixels. */
  get megapixels(): number {
    return (this.#size[0] * this.#size[1]) / 1e6
  }

  add(o: SceneObject): void {
    if (isSolid(o.form.kind)) this.#batches.add(o.id, o.form.kind, this.#colour.set(o.colour))
    else this.#single(o)
    this.#shadowsStale = true
  }

  /** Its form or colour may be another now. */
  change(o: SceneObject): void {
    if (isSolid(o.form.kind)) this.#batches.colour(o.id, this.#colour.set(o.colour))
    else this.#single(o)
    this.#shadowsStale = true
  }

  place(id: number, m: Float64Array, size: number): void {
    const single = this.#singles.get(id)
    if (single) {
      const { mesh, painted } = single
      compose(m, size, SCRATCH, 0)
      mesh.matrix.fromArray(SCRATCH)
      if (painted) mesh.matrix.scale(STRETCH.set(CARD_WIDTH, painted.height, 1))
      mesh.matrixWorldNeedsUpdate = true
    } else this.#batches.place(id, m, size)
    this.#shadowsStale = true
  }

  remove(id: number): void {
    const single = this.#singles.get(id)
    if (single) {
      this.#singles.delete(id)
      this.#drop(single)
    } else this.#batches.remove(id)
    this.#shadowsStale = true
  }

  /** Sparks where something comes or goes. */
  burst(at: ArrayLike<number>, radius: number, colour: string, count: number): void {
    this.#sparks.burst(at, radius, this.#colour.set(colour), count)
  }

  get sparkling(): boolean {
    return this.#sparks.alive
  }

  /** Draws; what it takes is told by `finished`. */
  draw(quality: Quality, dtS: number): void {
    if (this.lost) return
    if (quality.ratio !== this.#ratio) {
      this.#ratio = quality.ratio
      this.#renderer.setPixelRatio(quality.ratio)
      this.#renderer.setSize(...this.#size, false)
    }
    this.#sparks.step(dtS, this.canvas.height)
    this.#batches.refine(quality.coarser)
    const startMs = performance.now()
    this.#frames += 1
    if (this.#shadowsStale && this.#frames % quality.shadowsEvery === 0) {
      this.#shadowsStale = false
      this.#shadows.cast(this.#renderer, this.#scene)
      this.#room.shadowsChanged()
    }
    // Where they come behind, what moves would be shaded by where it was.
    this.#shadows.strength = quality.shadowsEvery > 1 ? 0 : ON_OBJECTS
    this.#room.paint(this.#renderer)
    this.#renderer.clear(false, true, false)
    this.#renderer.render(this.#scene, this.#camera)
    const gl = this.#renderer.getContext() as WebGL2RenderingContext
    if (this.#fence) gl.deleteSync(this.#fence.sync)
    const sync = gl.fenceSync(gl.SYNC_GPU_COMMANDS_COMPLETE, 0)
    this.#fence = sync ? { sync, startMs } : null
    gl.flush()
  }

  /** Shadows are behind what is shown. */
  get shadowsStale(): boolean {
    return this.#shadowsStale
  }

  /** Milliseconds that the last frame took, once it is done; null while it is not, or was told already. */
  finished(): number | null {
    if (!this.#fence || this.lost) return null
    const gl = this.#renderer.getContext() as WebGL2RenderingContext
    if (gl.getSyncParameter(this.#fence.sync, gl.SYNC_STATUS) !== gl.SIGNALED) return null
    const ms = performance.now() - this.#fence.startMs
    gl.deleteSync(this.#fence.sync)
    this.#fence = null
    return ms
  }

  get busy(): boolean {
    return this.#fence !== null
  }

  /** The view as a picture of this width, with the scene as it is now. */
  async picture(width: number, type = 'image/png', quality?: number): Promise<Blob | null> {
    const [before, ratio] = [this.#size, this.#ratio]
    this.setSize(width, Math.round((width * HEIGHT) / WIDTH))
    this.#shadowsStale = true
    this.draw(BEST, 0)
    // Read in the same task: afterwards the picture is the compositor's.
    const copy = document.createElement('canvas')
    copy.width = this.canvas.width
    copy.height = this.canvas.height
    copy.getContext('2d')?.drawImage(this.canvas, 0, 0)
    this.#size = before
    this.#ratio = 0
    this.draw({ ...BEST, ratio: ratio || 1 }, 0)
    return new Promise((done) => copy.toBlob(done, type, quality))
  }

  /** Cards and strokes have bodies of their own; made anew only when what they show changes. */
  #single(o: SceneObject): void {
    const made =
      JSON.stringify(o.form) +
      (o.form.kind === 'stroke' || o.form.kind === 'picture' ? '' : o.colour)
    const before = this.#singles.get(o.id)
    if (before?.made === made) {
      if (o.form.kind === 'stroke') before.material.color.set(o.colour)
      return
    }
    const single = this.#body(o, made)
    if (!single) return
    if (before) {
      single.mesh.matrix.copy(before.mesh.matrix)
      this.#drop(before)
    }
    single.mesh.matrixAutoUpdate = false
    single.mesh.layers.enable(CASTS)
    single.mesh.frustumCulled = false
    this.#scene.add(single.mesh)
    this.#singles.set(o.id, single)
    if (single.painted) this.events.height(o.id, single.painted.height)
    if (o.form.kind === 'picture') void this.#fetch(o.id, o.form.picture, o.form.aspect, made)
  }

  #body(o: SceneObject, made: string): Single | null {
    const { form } = o
    if (form.kind === 'stroke') {
      const material = lacquer(this.#shadows.shade, { gloss: 0.7 })
      material.color.set(o.colour)
      const body: BufferGeometry = tube(form.points as Vec3[], form.width)
      return { mesh: new Mesh(body, material), material, painted: null, made }
    }
    const painted =
      form.kind === 'picture'
        ? paintPicture(form.aspect, null)
        : form.kind === 'text' || form.kind === 'answer'
          ? paintWords(form, o.colour)
          : null
    if (!painted) return null
    const material = lacquer(this.#shadows.shade, { gloss: 0.12, doubleSided: true })
    material.map = painted.texture
    material.transparent = true
    material.alphaTest = 0.02
    return { mesh: new Mesh(this.#card, material), material, painted, made }
  }

  async #fetch(id: number, hash: string, aspect: number, made: string): Promise<void> {
    let picture = this.#pictures.get(hash)
    if (!picture) this.#pictures.set(hash, (picture = loadPicture(hash)))
    try {
      const painted = paintPicture(aspect, await picture)
      const single = this.#singles.get(id)
      if (!painted || !single || single.made !== made) return
      single.painted?.texture.dispose()
      single.painted = painted
      single.material.map = painted.texture
      this.events.stale()
    } catch {
      // The empty frame stays; the next look tries again.
      this.#pictures.delete(hash)
    }
  }

  /** Fonts came, or pictures may be there now: paints all cards anew. */
  repaint(objects: Iterable<SceneObject>): void {
    for (const o of objects) {
      const single = this.#singles.get(o.id)
      if (!single?.painted) continue
      single.made = ''
      this.#single(o)
    }
  }

  #drop(single: Single): void {
    this.#scene.remove(single.mesh)
    if (single.mesh.geometry !== this.#card) single.mesh.geometry.dispose()
    single.painted?.texture.dispose()
    single.material.dispose()
  }

  dispose(): void {
    this.canvas.removeEventListener('webglcontextlost', this.#lost)
    this.canvas.removeEventListener('webglcontextrestored', this.#restored)
    for (const s of this.#singles.values()) this.#drop(s)
    this.#singles.clear()
    this.#batches.dispose()
    this.#sparks.dispose()
    this.#room.dispose()
    this.#shadows.dispose()
    this.#card.dispose()
    this.#lacquer.dispose()
    forgetLook()
    for (const p of this.#pictures.values()) void p.then((b) => b.close()).catch(() => undefined)
    this.#renderer.dispose()
  }
}

/** How much of the light shadows take from objects. */
const ON_OBJECTS = 0.5
/** How pictures are drawn: their size is their own. */
const BEST: Quality = { ratio: 1, shadowsEvery: 1, coarser: 0 }
const SCRATCH = new Float32Array(16)
const STRETCH = new Vector3()
