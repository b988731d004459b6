/** The list of scenes as the box has it; asked again whenever it says that the list changed. */
import { api, asError } from '../api/http'
import type { ErrorBody, SceneInfo } from '../api/types'

export class SceneListState {
  scenes = $state.raw<SceneInfo[] | null>(null)
  deleted = $state.raw<SceneInfo[]>([])
  /** Deleted scenes are emptied this many days later. */
  keptDays = $state(0)
  failed = $state.raw<ErrorBody | null>(null)
  #asking: Promise<void> | null = null
  #again = false

  /** Asks; calls while an answer is on its way make one more question, and wait for it. */
  load(): Promise<void> {
    if (this.#asking) this.#again = true
    this.#asking ??= this.#ask().finally(() => (this.#asking = null))
    return this.#asking
  }

  async #ask(): Promise<void> {
    do {
      this.#again = false
      try {
        const list = await api.scenes()
        this.scenes = list.scenes
        this.deleted = list.deleted
        this.keptDays = list.kept_days
        this.failed = null
      } catch (e) {
        this.failed = asError(e)
      }
    } while (this.#again)
  }

  find(id: number): SceneInfo | undefined {
    return this.scenes?.find((s) => s.id === id) ?? this.deleted.find((s) => s.id === id)
  }
}

export const sceneList = new SceneListState()
