/** A few sparks where something comes or goes: one draw call, a fixed number of them, none at rest. */
import {
  AdditiveBlending,
  BufferAttribute,
  BufferGeometry,
  Color,
  NormalBlending,
  Points,
  ShaderMaterial,
  type Scene,
} from 'three'

const MOST = 192
const LIFE_S = 0.75

export class Sparks {
  readonly #points: Points
  readonly #geometry = new BufferGeometry()
  readonly #material: ShaderMaterial
  readonly #speed = new Float32Array(MOST * 3)
  readonly #left = new Float32Array(MOST)
  readonly #positions = new Float32Array(MOST * 3)
  readonly #colours = new Float32Array(MOST * 4)
  #next = 0
  #alive = 0

  constructor(scene: Scene) {
    this.#geometry.setAttribute('position', new BufferAttribute(this.#positions, 3))
    this.#geometry.setAttribute('spark', new BufferAttribute(this.#colours, 4))
    this.#material = new ShaderMaterial({
      transparent: true,
      depthWrite: false,
      uniforms: { size: { value: 1 } },
      vertexShader: `
        attribute vec4 spark;
        varying vec4 colour;
        uniform float size;
        void main() {
          colour = spark;
          vec4 p = modelViewMatrix * vec4(position, 1.0);
          gl_PointSize = size * (0.4 + 0.6 * spark.a) / -p.z;
          gl_Position = projectionMatrix * p;
        }`,
      fragmentShader: `
        varying vec4 colour;
        void main() {
          float d = length(gl_PointCoord - 0.5);
          float a = smoothstep(0.5, 0.08, d) * colour.a;
          gl_FragColor = vec4(colour.rgb, a);
        }`,
    })
    this.#points = new Points(this.#geometry, this.#material)
    this.#points.frustumCulled = false
    this.#points.visible = false
    this.#points.renderOrder = 10
    scene.add(this.#points)
  }

  get alive(): boolean {
    return this.#alive > 0
  }

  set dark(dark: boolean) {
    this.#material.blending = dark ? AdditiveBlending : NormalBlending
  }

  /** `count` sparks leave `at`, from a ball of about `radius`; inwards for what goes. */
  burst(at: ArrayLike<number>, radius: number, colour: Color, count: number): void {
    const srgb = colour.clone().convertLinearToSRGB()
    for (let n = 0; n < count; n++) {
      const i = this.#next
      this.#next = (this.#next + 1) % MOST
      const angle = Math.random() * Math.PI * 2
      const up = Math.random() * 2 - 1
      const flat = Math.sqrt(1 - up * up)
      const d = [flat * Math.cos(angle), up, flat * Math.sin(angle)]
      const v = radius * (1.1 + Math.random() * 1.5)
      for (let k = 0; k < 3; k++) {
        this.#positions[i * 3 + k] = (at[k] as number) + (d[k] as number) * radius * 0.7
        this.#speed[i * 3 + k] = (d[k] as number) * v
      }
      this.#colours.set([srgb.r, srgb.g, srgb.b, 1], i * 4)
      this.#left[i] = LIFE_S * (0.55 + Math.random() * 0.45)
    }
    this.#alive = 1
  }

  /** One frame onwards; `height` is the view's, pixels. */
  step(dtS: number, height: number): void {
    if (this.#alive === 0) return
    let alive = 0
    for (let i = 0; i < MOST; i++) {
      const left = (this.#left[i] as number) - dtS
      if (left <= 0) {
        this.#left[i] = 0
        this.#colours[i * 4 + 3] = 0
        continue
      }
      alive += 1
      this.#left[i] = left
      const slow = Math.exp(-3.2 * dtS)
      for (let k = 0; k < 3; k++) {
        const s = (this.#speed[i * 3 + k] as number) * slow - (k === 1 ? 0.9 * dtS : 0)
        this.#speed[i * 3 + k] = s
        this.#positions[i * 3 + k] = (this.#positions[i * 3 + k] as number) + s * dtS
      }
      this.#colours[i * 4 + 3] = Math.min(1, (left / LIFE_S) * 1.4)
    }
    this.#alive = alive
    this.#points.visible = alive > 0
    ;(this.#material.uniforms.size as { value: number }).value = height * 0.2
    for (const name of ['position', 'spark'])
      (this.#geometry.getAttribute(name) as BufferAttribute).needsUpdate = true
  }

  dispose(): void {
    this.#geometry.dispose()
    this.#material.dispose()
  }
}
