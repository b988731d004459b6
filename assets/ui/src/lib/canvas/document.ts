/**
 * The scene as the box told it: whole at first, then step by step. Keeps the order of its objects, and
 * says when a step is missing. Knows neither the socket nor the screen.
 */
import type { Scene, SceneChange, SceneObject } from '../api/types'

/** What became of a message: it counted, it was known already, or one before it never came. */
export type Taken = 'taken' | 'known' | 'gap'

/** What one message changed. */
export interface Diff {
  /** Another scene, or the same one whole: everything may be different. */
  whole: boolean
  /** Objects that were not there before. */
  added: SceneObject[]
  /** Objects that were there, as they are now. */
  changed: SceneObject[]
  removed: number[]
}

export class SceneDocument {
  id: number | null = null
  name = ''
  revision = 0
  /** In the order in which they were made. */
  readonly objects = new Map<number, SceneObject>()

  /** Takes a scene whole; says what differs from before. */
  whole(scene: Scene): Diff {
    const same = this.id === scene.id
    const diff: Diff = { whole: true, added: [], changed: [], removed: [] }
    const now = new Set(scene.objects.map((o) => o.id))
    for (const id of this.objects.keys()) if (!same || !now.has(id)) diff.removed.push(id)
    for (const object of scene.objects) {
      const before = same ? this.objects.get(object.id) : undefined
      if (before) diff.changed.push(object)
      else diff.added.push(object)
    }
    this.objects.clear()
    for (const object of scene.objects) this.objects.set(object.id, object)
    this.id = scene.id
    this.name = scene.name
    this.revision = scene.revision
    return diff
  }

  /** Takes one step, if it is the next one; `diff` says what it changed. */
  step(change: SceneChange): { taken: Taken; diff?: Diff } {
    if (change.scene !== this.id) return { taken: 'gap' }
    if (change.revision <= this.revision) return { taken: 'known' }
    if (change.revision !== this.revision + 1) return { taken: 'gap' }
    const diff: Diff = { whole: false, added: [], changed: [], removed: [] }
    for (const id of change.removed) if (this.objects.delete(id)) diff.removed.push(id)
    let reorder = false
    let last = this.#lastId()
    for (const object of change.objects) {
      if (this.objects.has(object.id)) diff.changed.push(object)
      else {
        diff.added.push(object)
        // What an undo brings back takes its old place: numbers grow with the order of making.
        reorder ||= object.id < last
        last = Math.max(last, object.id)
      }
      this.objects.set(object.id, object)
    }
    if (reorder) this.#reorder()
    this.revision = change.revision
    return { taken: 'taken', diff }
  }

  #lastId(): number {
    let last = 0
    for (const id of this.objects.keys()) last = Math.max(last, id)
    return last
  }

  #reorder(): void {
    const sorted = [...this.objects.values()].sort((a, b) => a.id - b.id)
    this.objects.clear()
    for (const object of sorted) this.objects.set(object.id, object)
  }
}
