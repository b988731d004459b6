/** A made scene on the real stage, without a box: to look at it (`npm run dev`, /tests/look/stage.html). */
import '../../src/app.css'
import type { Form, SceneObject } from '../../src/lib/api/types'
import { fromDegrees, type Vec3 } from '../../src/lib/canvas/geometry'
import { makeStage } from '../../src/lib/canvas/make'
import { CanvasStore } from '../../src/lib/canvas/store.svelte'
import { CanvasView } from '../../src/lib/canvas/view'

const asked = new URLSearchParams(location.search)
const store = new CanvasStore()
let id = 0
const make = (form: Form, position: Vec3, colour: string, more: Partial<SceneObject> = {}) => ({
  id: ++id,
  form,
  position,
  rotation: fromDegrees([0, 0, 0]),
  scale: [1.5, 1.5, 1.5] as Vec3,
  colour,
  label: `${form.kind} ${id}`,
  locked: false,
  ...more,
})
const wave: Vec3[] = Array.from({ length: 60 }, (_, i) => [i / 12 - 2.5, Math.sin(i / 6) * 0.6, 0])
const scale: Vec3 = [1, 1, 1]
const objects: SceneObject[] = [
  make({ kind: 'box' }, [-5.2, 1.4, 0], '#4be3b4', { rotation: fromDegrees([18, 32, 0]) }),
  make({ kind: 'sphere' }, [-2.4, 1.2, 0.5], '#ff7a59'),
  make({ kind: 'cone' }, [0.2, 1.3, -1], '#ffc44d'),
  make({ kind: 'cylinder' }, [2.5, 1.2, -2], '#6d8bff', { rotation: fromDegrees([20, 0, 12]) }),
  make({ kind: 'torus' }, [5, 1.5, 1], '#b78cff', { rotation: fromDegrees([30, 24, 0]) }),
  make({ kind: 'plane' }, [6.6, -1.4, -3], '#ff5d8f', { rotation: fromDegrees([0, -24, 8]) }),
  make({ kind: 'text', text: 'Hello, hands!\nA card with words.' }, [-4.6, -1.6, 1], '#ffc44d', {
    scale,
  }),
  make(
    { kind: 'answer', question: 'What is on the table?', text: 'A cup, two pens and a notebook.' },
    [-1.5, -2, 0],
    '#6d8bff',
    { scale: [1.2, 1.2, 1.2] },
  ),
  make({ kind: 'stroke', points: wave, width: 0.14 }, [3.2, -1.7, 0.4], '#4be3b4', { scale }),
  make({ kind: 'box' }, [0.6, -3.5, -4], '#e9efe9', { locked: true, scale: [3, 0.7, 1.4] }),
]
const many = Number(asked.get('many') ?? 0)
const kinds = ['box', 'sphere', 'cone', 'cylinder', 'torus', 'plane'] as const
for (let i = 0; i < many; i++)
  objects.push(
    make(
      { kind: kinds[i % 6] ?? 'box' },
      [((i * 7.31) % 14) - 7, ((i * 3.77) % 8) - 4, ((i * 1.93) % 8) - 5],
      ['#4be3b4', '#ff7a59', '#6d8bff', '#ffc44d'][i % 4] as string,
      { scale: [0.5, 0.5, 0.5], rotation: fromDegrees([i * 13, i * 29, 0]) },
    ),
  )
store.take({ type: 'scene', id: 1, name: 'Made', revision: 1, objects })
store.take({
  type: 'canvas',
  scene: 1,
  name: 'Made',
  revision: 1,
  selection: many ? [] : [1, 7],
  mode: 'shapes',
  tray: { kind: 'box', colour: '#4be3b4', pen_width: 0.12 },
  armed: true,
  dry_run: false,
})
if (!asked.has('still'))
  store.take({
    type: 'touch',
    seq: 1,
    captured_us: 0,
    pointers: [
      {
        track: 1,
        hand: 'right',
        at: [0.36, 0.4],
        raw: [0.36, 0.4],
        doing: 'point',
        target: 2,
        dwell: 0.6,
      },
      { track: 2, hand: 'left', at: [0.7, 0.66], raw: [0.7, 0.66], doing: 'hold', dwell: 0 },
    ],
    holds: [
      { binding: 'x', command: 'delete', track: 2, ids: [5], at: [0.82, 0.62], progress: 0.7 },
    ],
    ...(asked.has('ring')
      ? {
          ring: {
            at: [0.5, 0.5] as [number, number],
            radius: 0.08,
            items: ['box', 'sphere', 'torus', 'redo', 'draw', 'undo', 'clear'],
            item: 1,
            dwell: 0.5,
          },
        }
      : {}),
  })
const view = new CanvasView({
  store,
  stage: document.querySelector('#stage') as HTMLCanvasElement,
  overlay: document.querySelector('#over') as HTMLCanvasElement,
  reducedMotion: false,
  dark: asked.get('theme') !== 'light',
  makeStage,
  onStage: (state) => (document.title = state),
})
Object.assign(window, { view, store })
