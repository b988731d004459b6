/**
 * The view of the scene that is shown, for a page that has no canvas of its own: one is made out of sight
 * for that moment. Loaded only when somebody wants one.
 */
import { exportScene } from '../canvas/keep'
import { makeStage } from '../canvas/make'
import { canvas } from '../canvas/store.svelte'
import { CanvasView } from '../canvas/view'

/** Pictures on cards and fonts get this long to come. */
const SETTLE_MS = 900
/** Without a stage by then there is none in this browser. */
const PATIENCE_MS = 20_000

/** Tells the file's name; throws where this browser cannot draw. */
export function saveView(what: 'png' | 'glb'): Promise<string> {
  // A model is made of the document alone.
  if (what === 'glb') return exportScene(canvas, null, what)
  return withView((view) => exportScene(canvas, view, 'png'))
}

/** The canvas as a picture, so many pixels wide; throws where this browser cannot draw. */
export function paintApart(width: number): Promise<Blob | null> {
  return withView(async (view) => (await view.stage?.picture(width)) ?? null)
}

async function withView<T>(use: (view: CanvasView) => Promise<T>): Promise<T> {
  const frame = document.createElement('div')
  frame.setAttribute('aria-hidden', 'true')
  Object.assign(frame.style, {
    position: 'fixed',
    left: '-200vw',
    top: '0',
    width: '960px',
    height: '540px',
  })
  const [stage, overlay] = [document.createElement('canvas'), document.createElement('canvas')]
  for (const c of [stage, overlay]) Object.assign(c.style, { width: '100%', height: '100%' })
  frame.append(stage, overlay)
  document.body.append(frame)
  let view: CanvasView | undefined
  try {
    const shown = await new Promise<CanvasView>((ready, failed) => {
      setTimeout(() => failed(new Error('the stage did not come')), PATIENCE_MS)
      const made: CanvasView = new CanvasView({
        store: canvas,
        stage,
        overlay,
        reducedMotion: true,
        dark: true,
        makeStage,
        onStage: (state) => (state === 'on' ? ready(made) : failed(new Error(state))),
      })
      view = made
    })
    await new Promise((settled) => setTimeout(settled, SETTLE_MS))
    return await use(shown)
  } finally {
    view?.dispose()
    frame.remove()
  }
}
