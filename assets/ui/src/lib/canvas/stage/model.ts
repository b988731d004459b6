/**
 * The scene as a glTF model: real surfaces, real lights' materials and readable names, for other programs.
 * Loaded only when somebody exports.
 */
import { Group, Mesh, MeshStandardMaterial, PlaneGeometry, Scene, type BufferGeometry } from 'three'
import { GLTFExporter } from 'three/addons/exporters/GLTFExporter.js'
import type { SceneObject } from '../../api/types'
import { CARD_WIDTH } from '../cards'
import type { Vec3 } from '../geometry'
import { loadPicture, paintPicture, paintWords, type Painted } from './cards'
import { isSolid, solid } from './shapes'
import { tube } from './tube'

async function painted(o: SceneObject): Promise<Painted | null> {
  if (o.form.kind === 'text' || o.form.kind === 'answer') return paintWords(o.form, o.colour)
  if (o.form.kind !== 'picture') return null
  const picture = await loadPicture(o.form.picture).catch(() => null)
  return paintPicture(o.form.aspect, picture)
}

async function body(o: SceneObject): Promise<Mesh | null> {
  const material = new MeshStandardMaterial({ color: o.colour, roughness: 0.45, metalness: 0 })
  let shape: BufferGeometry
  if (isSolid(o.form.kind)) shape = solid(o.form.kind, 'fine')
  else if (o.form.kind === 'stroke') shape = tube(o.form.points as Vec3[], o.form.width)
  else {
    const card = await painted(o)
    if (!card) return null
    shape = new PlaneGeometry(CARD_WIDTH, card.height)
    material.color.set('#ffffff')
    material.map = card.texture
    material.transparent = true
    material.side = 2
  }
  const mesh = new Mesh(shape, material)
  mesh.name = o.label || `${o.form.kind} ${o.id}`
  mesh.position.fromArray(o.position)
  mesh.quaternion.fromArray(o.rotation)
  mesh.scale.fromArray(o.scale)
  return mesh
}

/** The scene as a file: one piece (`glb`) or readable text (`gltf`). */
export async function model(
  name: string,
  objects: readonly SceneObject[],
  as: 'glb' | 'gltf',
): Promise<Blob> {
  const scene = new Scene()
  scene.name = name
  const groups = new Map<number, Group>()
  for (const o of objects) {
    const mesh = await body(o)
    if (!mesh) continue
    if (o.group === undefined) scene.add(mesh)
    else {
      const group = groups.get(o.group) ?? new Group()
      group.name = `group ${o.group}`
      groups.set(o.group, group)
      scene.add(group.add(mesh))
    }
  }
  const made = await new GLTFExporter().parseAsync(scene, { binary: as === 'glb' })
  scene.traverse((it) => {
    if (!(it instanceof Mesh)) return
    it.geometry.dispose()
    ;(it.material as MeshStandardMaterial).map?.dispose()
    ;(it.material as MeshStandardMaterial).dispose()
  })
  return made instanceof ArrayBuffer
    ? new Blob([made], { type: 'model/gltf-binary' })
    : new Blob([JSON.stringify(made)], { type: 'model/gltf+json' })
}
