/**
 * What the light sees of the objects, small and blurred: how far it gets before it meets something, and
 * whether it meets anything. The room behind the objects gets its soft shadows from it, and so do the
 * objects from each other: one look-up a pixel tells both how deep in shadow it is and how soft that
 * shadow's edge is (variance shadow maps, Donnelly and Lauritzen, 2006), at a price that a CPU can pay.
 * Must not decide when it is made anew.
 */
import {
  BufferAttribute,
  BufferGeometry,
  Camera,
  GLSL3,
  HalfFloatType,
  LinearFilter,
  Mesh,
  MeshBasicMaterial,
  RGBAFormat,
  Scene,
  ShaderMaterial,
  UnsignedByteType,
  Vector2,
  WebGLRenderTarget,
  type Texture,
  type WebGLRenderer,
} from 'three'

/** Objects on this layer throw shadows. */
export const CASTS = 1
/** Where light goes for each unit that it goes back: a little to the right, more down. */
export const LIGHT: readonly [number, number] = [0.2, -0.33]
/** The part of the plane z = 0 that the light's picture covers, scene units either side. */
export const COVER: readonly [number, number] = [15, 10]
/** What depth the picture's 1 stands for, scene units either side of z = 0. */
const RANGE = 8
const SIZE: readonly [number, number] = [240, 160]

/** What surfaces need to know of the shadows on them. */
export interface Shade {
  shades: { value: Texture | null }
  /** 0 while there are none. */
  shadeStrength: { value: number }
}

/** Vertex shader: where a point of the scene is in the light's picture, and how deep. */
export const TO_LIGHT = `
  vec3 toLight(vec3 p) {
    return vec3(
      (p.xy + vec2(${LIGHT[0].toFixed(3)}, ${LIGHT[1].toFixed(3)}) * p.z)
        / vec2(${(2 * COVER[0]).toFixed(1)}, ${(2 * COVER[1]).toFixed(1)}) + 0.5,
      p.z / ${RANGE.toFixed(1)});
  }`

/** Fragment shader: the share of the light that reaches a point, by Chebyshev's inequality. */
export const LIT = `
  uniform sampler2D shades;
  uniform float shadeStrength;
  const float FAR = ${(-7 / RANGE).toFixed(3)};
  float lit(vec3 at) {
    if (shadeStrength <= 0.0) return 1.0;
    vec4 seen = texture2D(shades, at.xy);
    // Where there is nothing, light goes on to the room behind.
    float past = 1.0 - seen.z;
    float mean = seen.x + past * FAR;
    float behind = mean - at.z - 0.012;
    if (behind <= 0.0) return 1.0;
    float spread = max(seen.y + past * FAR * FAR - mean * mean, 0.0004);
    float p = spread / (spread + behind * behind);
    return 1.0 - shadeStrength * (1.0 - smoothstep(0.2, 1.0, p));
  }`

export const FULL_SCREEN = `
  out vec2 uv01;
  void main() {
    uv01 = position.xy * 0.5 + 0.5;
    gl_Position = vec4(position.xy, 1.0, 1.0);
  }`

/** One triangle that covers everything. */
export function everything(): BufferGeometry {
  const g = new BufferGeometry()
  const corners = new Float32Array([-1, -1, 0, 3, -1, 0, -1, 3, 0])
  g.setAttribute('position', new BufferAttribute(corners, 3))
  return g
}

const BLUR = `
  precision highp float;
  in vec2 uv01;
  out vec4 colour;
  uniform sampler2D from;
  uniform vec2 step;
  void main() {
    vec4 s = texture(from, uv01) * 0.2042;
    s += (texture(from, uv01 + step * 1.3846) + texture(from, uv01 - step * 1.3846)) * 0.3040;
    s += (texture(from, uv01 + step * 3.2308) + texture(from, uv01 - step * 3.2308)) * 0.0939;
    colour = s;
  }`

/** A surface as the light sees it: its depth, the square of that, and that there is something. */
function depths(): MeshBasicMaterial {
  const material = new MeshBasicMaterial({ side: 2 })
  material.onBeforeCompile = (shader) => {
    shader.fragmentShader = shader.fragmentShader.replace(
      '#include <dithering_fragment>',
      `float deep = (0.5 - gl_FragCoord.z) * ${(80 / RANGE).toFixed(1)};
      gl_FragColor = vec4(deep, deep * deep, 1.0, 1.0);`,
    )
  }
  return material
}

function lightsEye(): Camera {
  const camera = new Camera()
  camera.layers.set(CASTS)
  // x and y slide along the light with depth, then fit the cover: an orthographic view from the light.
  const [w, h] = COVER
  // prettier-ignore
  camera.projectionMatrix.set(
    1 / w, 0, LIGHT[0] / w, 0,
    0, 1 / h, LIGHT[1] / h, 0,
    0, 0, -1 / 40, 0,
    0, 0, 0, 1,
  )
  camera.projectionMatrixInverse.copy(camera.projectionMatrix).invert()
  camera.matrixAutoUpdate = false
  return camera
}

export class Shadows {
  /** For surfaces in the light. */
  readonly shade: Shade = { shades: { value: null }, shadeStrength: { value: 0 } }
  #seen: WebGLRenderTarget
  #between: WebGLRenderTarget
  /** Blurred a little: what objects throw on each other. */
  #near: WebGLRenderTarget
  /** Blurred more: what they throw on the room. */
  #far: WebGLRenderTarget
  #depths = depths()
  #light = lightsEye()
  #blur = new ShaderMaterial({
    glslVersion: GLSL3,
    depthTest: false,
    depthWrite: false,
    uniforms: { from: { value: null }, step: { value: new Vector2() } },
    vertexShader: FULL_SCREEN,
    fragmentShader: BLUR,
  })
  #blurScene = new Scene()
  #full: Mesh
  #anyCamera = new Camera()

  /** `exact` where the graphics can draw numbers finer than 255 steps: else only the room has shadows. */
  constructor(private readonly exact: boolean) {
    const target = (depthBuffer: boolean) =>
      new WebGLRenderTarget(...SIZE, {
        format: RGBAFormat,
        type: exact ? HalfFloatType : UnsignedByteType,
        minFilter: LinearFilter,
        magFilter: LinearFilter,
        depthBuffer,
      })
    this.#seen = target(true)
    this.#between = target(false)
    this.#near = target(false)
    this.#far = target(false)
    this.#full = new Mesh(everything(), this.#blur)
    this.#full.frustumCulled = false
    this.#blurScene.add(this.#full)
    this.shade.shades.value = this.#near.texture
  }

  /** How much of something is in the light's way, in its third channel. */
  get onRoom(): Texture {
    return this.#far.texture
  }

  /** Makes them anew. */
  cast(renderer: WebGLRenderer, scene: Scene): void {
    scene.overrideMaterial = this.#depths
    renderer.setRenderTarget(this.#seen)
    renderer.setClearColor(0x000000, 1)
    renderer.clear()
    renderer.render(scene, this.#light)
    scene.overrideMaterial = null
    this.#pass(renderer, this.#seen, this.#between, 1, 0)
    this.#pass(renderer, this.#between, this.#near, 0, 1)
    this.#pass(renderer, this.#near, this.#between, 1.8, 0)
    this.#pass(renderer, this.#between, this.#far, 0, 1.8)
  }

  /** How dark they are on objects, 0..1. */
  set strength(strength: number) {
    this.shade.shadeStrength.value = this.exact ? strength : 0
  }

  #pass(
    renderer: WebGLRenderer,
    from: WebGLRenderTarget,
    to: WebGLRenderTarget,
    x: number,
    y: number,
  ): void {
    const u = this.#blur.uniforms as { from: { value: unknown }; step: { value: Vector2 } }
    u.from.value = from.texture
    u.step.value.set(x / SIZE[0], y / SIZE[1])
    renderer.setRenderTarget(to)
    renderer.render(this.#blurScene, this.#anyCamera)
  }

  dispose(): void {
    for (const t of [this.#seen, this.#between, this.#near, this.#far]) t.dispose()
    this.#depths.dispose()
    this.#blur.dispose()
    this.#full.geometry.dispose()
  }
}
