/** Fetches three.js and makes a stage: the one door to the heavy part, so that no page loads it at its start. */
import type { Stage } from './stage/stage'
import type { CanvasView } from './view'

export async function makeStage(canvas: HTMLCanvasElement, view: CanvasView): Promise<Stage> {
  const { Stage } = await import('./stage/stage')
  return new Stage(canvas, {
    height(id, height) {
      const actor = view.actors.get(id)
      if (!actor) return
      actor.height = height
      view.stage?.place(id, actor.motion.now, actor.show.now)
      view.invalidate()
    },
    stale: () => view.invalidate(),
    lost: () => view.stageLost(),
    restored: () => view.stageRestored(),
  })
}
