/**
 * The room behind the objects: a studio's sweep, a wall that runs into a floor in one soft curve, with a
 * pool of light on it, and on it the objects' soft shadows. The shadows are what the light sees of the
 * objects, small and blurred: two cheap passes instead of a shadow map that is asked for every pixel.
 * All of it is soft, so it is painted small, and only when it changes; a frame just stretches it.
 */
import {
  Camera,
  Color,
  GLSL3,
  LinearFilter,
  Mesh,
  Scene,
  ShaderMaterial,
  WebGLRenderTarget,
  type Texture,
  type WebGLRenderer,
} from 'three'
import { EYE, HEIGHT, WIDTH } from '../geometry'
import { COVER, everything, FULL_SCREEN, LIGHT } from './shadows'

/** Where the wall and the floor are, scene units: behind and below everything. */
export const WALL = -7
export const FLOOR = -HEIGHT / 2
export interface Shades {
  /** The wall in the pool of light and far from it, the floor, the shadow. */
  light: string
  far: string
  floor: string
  shadow: string
  shadowStrength: number
}

export const LIGHT_ROOM: Shades = {
  light: '#f7f9f6',
  far: '#ced9d3',
  floor: '#e9efeb',
  shadow: '#40594f',
  shadowStrength: 0.5,
}
export const DARK_ROOM: Shades = {
  light: '#40564e',
  far: '#0d1413',
  floor: '#2b3a35',
  shadow: '#050908',
  shadowStrength: 0.8,
}

export class Room {
  readonly backdrop: Mesh
  /** What far things fade into. */
  readonly fog = new Color()
  #shades: Shades = DARK_ROOM
  #material: ShaderMaterial
  #picture: WebGLRenderTarget
  #paintScene = new Scene()
  #stretch: ShaderMaterial
  #camera0 = new Camera()
  #painted = false

  /** `shadows` tells in its third channel how much is in the light's way. */
  constructor(shadows: Texture) {
    this.#material = new ShaderMaterial({
      glslVersion: GLSL3,
      depthTest: false,
      depthWrite: false,
      uniforms: {
        shadows: { value: shadows },
        shaded: { value: 0 },
        light: { value: new Color() },
        far: { value: new Color() },
        floorColour: { value: new Color() },
        shadow: { value: new Color() },
      },
      vertexShader: FULL_SCREEN,
      fragmentShader: `
        precision highp float;
        in vec2 uv01;
        out vec4 colour;
        uniform sampler2D shadows;
        uniform float shaded;
        uniform vec3 light, far, floorColour, shadow;
        const float E = ${EYE.toFixed(5)};
        const vec2 HALF = vec2(${(WIDTH / 2).toFixed(1)}, ${(HEIGHT / 2).toFixed(1)});
        const float WALL = ${WALL.toFixed(2)};
        const float FLOOR = ${FLOOR.toFixed(2)};
        void main() {
          vec2 p = (uv01 * 2.0 - 1.0) * HALF;
          // The eye's ray through p meets the wall or, lower down, the floor.
          float tw = (E - WALL) / E;
          vec3 wall = vec3(p * tw, WALL);
          float tf = p.y < -0.01 ? FLOOR / p.y : 1e3;
          vec3 flat_ = vec3(p.x * tf, FLOOR, E - E * tf);
          float over = wall.y - FLOOR;
          vec3 at = over > 0.0 ? wall : flat_;
          // The curve between the two: the corner is never seen.
          float bend = over > 0.0 ? smoothstep(2.4, 0.0, over) * 0.5
                                  : 1.0 - smoothstep(3.4, 0.0, at.z - WALL) * 0.5;
          float pool = exp(-dot(vec2(at.x * 0.105, (at.y - 0.9) * 0.15), vec2(at.x * 0.105, (at.y - 0.9) * 0.15)));
          vec3 c = mix(mix(far, light, pool), mix(floorColour, light, 0.35 * pool), bend);
          vec2 v = uv01 - 0.5;
          c *= 1.0 - 0.34 * dot(v, v);
          vec2 q = at.xy + vec2(${LIGHT[0].toFixed(3)}, ${LIGHT[1].toFixed(3)}) * at.z;
          vec2 uv = q / vec2(${(2 * COVER[0]).toFixed(1)}, ${(2 * COVER[1]).toFixed(1)}) + 0.5;
          float s = texture(shadows, uv).b * shaded;
          c = mix(c, shadow, s);
          colour = vec4(c, 1.0);
        }`,
    })
    this.#picture = new WebGLRenderTarget(512, 288, {
      minFilter: LinearFilter,
      magFilter: LinearFilter,
      depthBuffer: false,
    })
    const small = new Mesh(everything(), this.#material)
    small.frustumCulled = false
    this.#paintScene.add(small)
    this.#stretch = new ShaderMaterial({
      glslVersion: GLSL3,
      depthTest: false,
      depthWrite: false,
      uniforms: { picture: { value: this.#picture.texture } },
      vertexShader: FULL_SCREEN,
      fragmentShader: `
        precision mediump float;
        in vec2 uv01;
        out vec4 colour;
        uniform sampler2D picture;
        void main() {
          // A grain too small to be seen keeps the gradients free of bands.
          vec2 q = fract(gl_FragCoord.xy * vec2(0.1031, 0.1137));
          q += dot(q, q.yx + 19.19);
          float grain = fract((q.x + q.y) * q.x);
          colour = vec4(texture(picture, uv01).rgb + (grain - 0.5) / 160.0, 1.0);
        }`,
    })
    this.backdrop = new Mesh(everything(), this.#stretch)
    this.backdrop.frustumCulled = false
    this.backdrop.renderOrder = -1000
    this.shade(DARK_ROOM)
  }

  shade(shades: Shades): void {
    this.#shades = shades
    const u = this.#material.uniforms as Record<string, { value: unknown }>
    const set = (name: string, hex: string) =>
      (u[name]?.value as Color).setHex(parseInt(hex.slice(1), 16), '')
    set('light', shades.light)
    set('far', shades.far)
    set('floorColour', shades.floor)
    set('shadow', shades.shadow)
    this.#painted = false
    this.fog.set(shades.far).lerp(new Color(shades.light), 0.35)
  }

  /** The shadows were made anew. */
  shadowsChanged(): void {
    ;(this.#material.uniforms.shaded as { value: number }).value = this.#shades.shadowStrength
    this.#painted = false
  }

  /** Makes the backdrop ready to be drawn, if something of it changed. */
  paint(renderer: WebGLRenderer): void {
    if (!this.#painted) {
      this.#painted = true
      renderer.setRenderTarget(this.#picture)
      renderer.render(this.#paintScene, this.#camera0)
    }
    renderer.setRenderTarget(null)
  }

  /** What was painted is lost, with the context that held it. */
  forget(): void {
    this.#painted = false
  }

  dispose(): void {
    this.#picture.dispose()
    this.#stretch.dispose()
    this.#material.dispose()
    this.backdrop.geometry.dispose()
  }
}
