/** The list of scenes as the box has it; asked again whenever it says that the list changed. */
import { api, asError } from '../api/http'
import type { ErrorBody, SceneInfo } from '../api/types'

export class SceneListState {
  scenes = $state.raw<SceneInfo[] | null>(null)
  deleted = $state.raw<SceneInfo[]>([])
  failed = $state.raw<ErrorBody | null>(null)
  #asking = false
  #again = false

  /** Asks; while an answer is on its way, any number of calls make one more question. */
  async load(): Promise<void> {
    if (this.#asking) {
      this.#again = true
      return
    }
    this.#asking = true
    do {
      this.#again = false
      try {
        const list = await api.scenes()
        this.scenes = list.scenes
        this.deleted = list.deleted
        this.failed = null
      } catch (e) {
        this.failed = asError(e)
      }
    } while (this.#again)
    this.#asking = false
  }

  find(id: number): SceneInfo | undefined {
    return this.scenes?.find((s) => s.id === id) ?? this.deleted.find((s) => s.id === id)
  }
}

export const sceneList = new SceneListState()
