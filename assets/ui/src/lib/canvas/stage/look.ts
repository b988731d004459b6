/**
 * The studio's light as a picture: for every direction that a surface may face as seen by the eye, what
 * falls on it (key light from the upper left, a cool fill, a bounce from the floor) and what it mirrors
 * (two soft boxes and the sky of the studio, more towards its edges). The eye never moves, so one look-up
 * a pixel gives what lights and an environment would, at the price that a CPU can pay for every frame.
 */
import { DataTexture, LinearFilter, MeshMatcapMaterial, RGBAFormat, UnsignedByteType } from 'three'
import { cross, dot, unit, type Vec3 } from '../geometry'
import { LIT, TO_LIGHT, type Shade } from './shadows'

const SIZE = 128
/** What the texture's 255 stands for. */
export const LIGHT_RANGE = 1.7
const MIRROR_RANGE = 1.3

const smooth = (a: number, b: number, x: number) => {
  const t = Math.min(1, Math.max(0, (x - a) / (b - a)))
  return t * t * (3 - 2 * t)
}

interface SoftBox {
  towards: Vec3
  side: Vec3
  up: Vec3
  half: [number, number]
  blur: number
  strength: number
}

function softBox(towards: Vec3, half: [number, number], blur: number, strength: number): SoftBox {
  const t = unit(towards)
  const side = unit(cross([0, 1, 0], t))
  return { towards: t, side, up: cross(t, side), half, blur, strength }
}

function mirrored(box: SoftBox, r: Vec3): number {
  const d = dot(r, box.towards)
  if (d <= 0.02) return 0
  const [u, v] = [Math.abs(dot(r, box.side) / d), Math.abs(dot(r, box.up) / d)]
  const inside = (x: number, half: number) => 1 - smooth(half - box.blur, half + box.blur, x)
  return box.strength * inside(u, box.half[0]) * inside(v, box.half[1])
}

const KEY = unit([-0.5, 0.72, 0.62])
const FILL = unit([0.85, 0.12, 0.5])
const RIM = unit([0.45, 0.55, -0.75])
const BOXES = [
  softBox([-0.5, 0.66, 0.55], [0.34, 0.5], 0.16, 0.62),
  softBox([0.9, 0.25, 0.35], [0.14, 0.8], 0.2, 0.24),
]

function lit(n: Vec3): [number, number, number, number] {
  const wrap = (l: Vec3, soft: number) => Math.max(0, (dot(n, l) + soft) / (1 + soft))
  const key = wrap(KEY, 0.3) ** 1.25
  const fill = wrap(FILL, 0.5) ** 1.6
  const rim = Math.max(0, dot(n, RIM)) ** 1.5
  const sky = n[1] * 0.5 + 0.5
  const light: Vec3 = [0, 0, 0]
  for (let i = 0; i < 3; i++) {
    const tint = (k: Vec3) => k[i] as number
    light[i] =
      key * 1.0 * tint([1.0, 0.975, 0.93]) +
      fill * 0.22 * tint([0.82, 0.92, 1.0]) +
      rim * 0.3 * tint([0.95, 0.98, 1.0]) +
      sky * 0.2 * tint([0.95, 0.98, 1.0]) +
      (1 - sky) * 0.17 * tint([1.0, 0.96, 0.92])
  }
  // What is mirrored: the direction in which the eye's ray leaves the surface.
  const r: Vec3 = [2 * n[2] * n[0], 2 * n[2] * n[1], 2 * n[2] * n[2] - 1]
  const fresnel = 0.055 + 0.945 * (1 - Math.max(0, n[2])) ** 5
  let sees = smooth(-0.3, 0.9, r[1]) * 0.28
  for (const b of BOXES) sees += mirrored(b, r) * 1.2
  const mirror =
    sees * Math.min(1, fresnel * 2.6) + BOXES.reduce((s, b) => s + mirrored(b, r), 0) * 0.34
  return [...light, mirror]
}

let texture: DataTexture | null = null

function studio(): DataTexture {
  if (texture) return texture
  const data = new Uint8Array(SIZE * SIZE * 4)
  for (let y = 0; y < SIZE; y++)
    for (let x = 0; x < SIZE; x++) {
      let [u, v] = [((x + 0.5) / SIZE - 0.5) / 0.495, ((y + 0.5) / SIZE - 0.5) / 0.495]
      const l = Math.hypot(u, v)
      if (l > 0.9999) [u, v] = [u / l, v / l]
      const [r, g, b, m] = lit([u, v, Math.sqrt(Math.max(0, 1 - u * u - v * v))])
      const at = (y * SIZE + x) * 4
      data[at] = Math.min(255, (r / LIGHT_RANGE) * 255)
      data[at + 1] = Math.min(255, (g / LIGHT_RANGE) * 255)
      data[at + 2] = Math.min(255, (b / LIGHT_RANGE) * 255)
      data[at + 3] = Math.min(255, (m / MIRROR_RANGE) * 255)
    }
  texture = new DataTexture(data, SIZE, SIZE, RGBAFormat, UnsignedByteType)
  texture.minFilter = LinearFilter
  texture.magFilter = LinearFilter
  texture.needsUpdate = true
  return texture
}

/** A surface in the studio: satin lacquer, in the colour of its instance, shaded by what is before it. */
export function lacquer(
  shade: Shade,
  options: { gloss?: number; doubleSided?: boolean } = {},
): MeshMatcapMaterial {
  const material = new MeshMatcapMaterial({ matcap: studio() })
  const gloss = (options.gloss ?? 1) * MIRROR_RANGE
  if (options.doubleSided) material.side = 2
  material.onBeforeCompile = (shader) => {
    Object.assign(shader.uniforms, shade)
    shader.vertexShader = shader.vertexShader
      .replace('void main() {', `varying vec3 inLight;${TO_LIGHT}\nvoid main() {`)
      .replace(
        '#include <project_vertex>',
        `#include <project_vertex>
        vec4 there = vec4(transformed, 1.0);
        #ifdef USE_INSTANCING
          there = instanceMatrix * there;
        #endif
        inLight = toLight((modelMatrix * there).xyz);`,
      )
    shader.fragmentShader = shader.fragmentShader
      .replace('void main() {', `varying vec3 inLight;${LIT}\nvoid main() {`)
      .replace(
        'vec3 outgoingLight = diffuseColor.rgb * matcapColor.rgb;',
        `vec3 outgoingLight = (diffuseColor.rgb * matcapColor.rgb * ${LIGHT_RANGE.toFixed(3)}
          + vec3(matcapColor.a * ${gloss.toFixed(3)})) * lit(inLight);`,
      )
  }
  material.customProgramCacheKey = () => `lacquer ${gloss}`
  return material
}

/** Frees what is shared; the next stage makes it anew. */
export function forgetLook(): void {
  texture?.dispose()
  texture = null
}
