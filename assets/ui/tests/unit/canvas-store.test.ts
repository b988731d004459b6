import { describe, expect, it, vi } from 'vitest'
import { BoxClock } from '../../src/lib/api/clock'
import { ApiError } from '../../src/lib/api/http'
import type {
  CanvasState,
  ClientMessage,
  Scene,
  SceneChange,
  SceneObject,
  ServerMessage,
} from '../../src/lib/api/types'
import { CanvasStore } from '../../src/lib/canvas/store.svelte'

function thing(id: number, x = 0): SceneObject {
  return {
    id,
    form: { kind: 'box' },
    position: [x, 0, 0],
    rotation: [0, 0, 0, 1],
    scale: [1, 1, 1],
    colour: '#4be3b4',
    label: `Box ${id}`,
    locked: false,
  }
}

function change(revision: number, objects: SceneObject[], removed: number[] = []): SceneChange {
  const at = '2026-11-21T12:00:00Z'
  return { scene: 1, revision, who: 'page 1', command: 'move', at, objects, removed }
}

function linked() {
  const sent: ClientMessage[] = []
  const store = new CanvasStore()
  const line = {
    open: true,
    send: (m: ClientMessage) => {
      if (line.open) sent.push(m)
      return line.open
    },
  }
  store.attach({
    send: line.send,
    subscribe: () => void line.send({ type: 'subscribe', ...store.subscription() }),
    clock: new BoxClock(),
  })
  return { store, sent, line }
}

/** A box: a scene with steps, told to a viewer over a line that may lose what it says. */
class FakeBox {
  scene: Scene = { id: 1, name: 'One', revision: 0, objects: [] }
  steps: SceneChange[] = []

  step(change: SceneChange): void {
    const gone = new Set(change.removed)
    const objects = this.scene.objects.filter((o) => !gone.has(o.id))
    for (const o of change.objects) {
      const at = objects.findIndex((p) => p.id === o.id)
      if (at < 0) objects.push(o)
      else objects[at] = o
    }
    objects.sort((a, b) => a.id - b.id)
    this.scene = { ...this.scene, revision: change.revision, objects }
    this.steps.push(change)
  }

  /** As the box answers `subscribe`: what came after, or the scene whole. */
  answer(store: CanvasStore, have?: { scene: number; revision: number }): void {
    const after = this.steps.filter((s) => s.revision > (have?.revision ?? 0))
    if (have?.scene === this.scene.id && after.length < 20)
      for (const s of after) store.take({ type: 'change', ...s })
    else store.take({ type: 'scene', ...this.scene })
  }
}

describe('the canvas store', () => {
  it('asks again from where it is when a step is missing, once', () => {
    const { store, sent } = linked()
    store.want({ canvas: true })
    store.take({ type: 'scene', id: 1, name: 'One', revision: 4, objects: [thing(1)] })
    sent.length = 0
    store.take({ type: 'change', ...change(6, [thing(2)]) })
    store.take({ type: 'change', ...change(7, [thing(3)]) })
    expect(sent).toEqual([
      { type: 'subscribe', canvas: true, verdicts: false, have: { scene: 1, revision: 4 } },
    ])
    for (const r of [5, 6, 7]) store.take({ type: 'change', ...change(r, [thing(r)]) })
    expect(store.list.map((o) => o.id)).toEqual([1, 5, 6, 7])
    expect(store.scene?.revision).toBe(7)
  })

  it('ignores steps that it has, and those of a scene that is not shown', () => {
    const { store } = linked()
    store.take({ type: 'scene', id: 1, name: 'One', revision: 4, objects: [thing(1, 2)] })
    store.take({ type: 'change', ...change(4, [thing(1, 9)]) })
    store.take({ type: 'change', ...change(5, [thing(1, 8)]), scene: 2 })
    expect(store.object(1)?.position[0]).toBe(2)
  })

  it('puts what an undo brings back into its old place', () => {
    const { store } = linked()
    const objects = [thing(1), thing(2), thing(3)]
    store.take({ type: 'scene', id: 1, name: 'One', revision: 1, objects })
    store.take({ type: 'change', ...change(2, [], [2]) })
    expect(store.list.map((o) => o.id)).toEqual([1, 3])
    store.take({ type: 'change', ...change(3, [thing(2)]) })
    expect(store.list.map((o) => o.id)).toEqual([1, 2, 3])
  })

  it('converges on the box’s scene whatever is lost on the way', () => {
    let seed = 7
    const random = (n: number) => (seed = (seed * 1103515245 + 12345) & 0x7fffffff) % n
    const box = new FakeBox()
    const { store, sent } = linked()
    vi.spyOn(performance, 'now').mockImplementation(() => (seed & 0xff) * 1e6 + sent.length * 1e4)
    store.want({ canvas: true })
    const answers = () => {
      for (const m of sent.splice(0))
        if (m.type === 'subscribe' && random(4) > 0) box.answer(store, m.have)
    }
    for (let revision = 1; revision <= 500; revision++) {
      const ids = box.scene.objects.map((o) => o.id)
      const removed = ids.length > 5 && random(3) === 0 ? [ids[random(ids.length)] as number] : []
      const made = random(2) === 0 || ids.length === 0 ? thing(revision) : undefined
      const moved = thing(ids[random(ids.length || 1)] ?? revision, revision)
      const object = made ?? moved
      box.step(change(revision, removed.includes(object.id) ? [] : [object], removed))
      if (random(5) > 0) store.take({ type: 'change', ...(box.steps.at(-1) as SceneChange) })
      answers()
    }
    vi.restoreAllMocks()
    box.answer(store, { scene: 1, revision: store.document.revision })
    expect(store.list).toEqual(box.scene.objects)
    expect(store.scene?.revision).toBe(500)
  })

  it('answers each command with what came of it, and says when the line broke', async () => {
    const { store, sent, line } = linked()
    const first = store.run({ command: 'undo' })
    const second = store.run({ command: 'redo' })
    expect(sent.map((m) => m.type === 'do' && m.command.command)).toEqual(['undo', 'redo'])
    const error = { kind: 'conflict' as const, what: 'the box is held', why: 'page 2 holds it' }
    store.take({ type: 'refused', id: 2, error })
    store.take({ type: 'did', id: 1, outcome: { done: 'undone', kept: true } })
    expect(await first).toEqual({ done: 'undone', kept: true })
    await expect(second).rejects.toMatchObject({ body: error })
    const third = store.run({ command: 'save' })
    store.cut()
    await expect(third).rejects.toBeInstanceOf(ApiError)
    line.open = false
    await expect(store.run({ command: 'save' })).rejects.toMatchObject({
      body: { kind: 'unavailable' },
    })
  })

  it('means what was just selected by the next key, before the box has told it', async () => {
    const { store } = linked()
    const told = (selection: number[]) =>
      store.take({ type: 'canvas', scene: 1, name: 'One', selection } as unknown as ServerMessage)
    const selection = () => [...store.selection]
    told([1])
    const second = store.run({ command: 'select', ids: [2], add: false })
    const third = store.run({ command: 'select', ids: [3], add: false })
    expect(selection()).toEqual([3])
    told([2])
    store.take({ type: 'did', id: 1, outcome: { done: 'selected' } } as unknown as ServerMessage)
    await second
    expect(selection(), 'the first answer is not about the last choice').toEqual([3])
    const error = { kind: 'conflict', what: 'somebody else holds it' }
    store.take({ type: 'refused', id: 2, error } as unknown as ServerMessage)
    await expect(third).rejects.toThrow('somebody else holds it')
    expect(selection(), 'refused: as the box has it').toEqual([2])
    store.take({ type: 'scene', id: 1, name: 'One', revision: 1, objects: [thing(1), thing(2)] })
    void store.run({ command: 'select_all' })
    expect(selection()).toEqual([1, 2])
  })

  it('tells who listens, and leaves off when told to', () => {
    const { store } = linked()
    const heard = vi.fn()
    const off = store.on('scene', heard)
    store.take({ type: 'scene', id: 1, name: 'One', revision: 1, objects: [thing(1), thing(2)] })
    store.take({ type: 'change', ...change(2, [thing(1, 5), thing(3)], [2]) })
    expect(
      heard.mock.calls.map(([d]) => [d.whole, d.added.length, d.changed.length, d.removed]),
    ).toEqual([
      [true, 2, 0, []],
      [false, 1, 1, [2]],
    ])
    off()
    store.take({ type: 'change', ...change(3, [thing(1)]) })
    expect(heard).toHaveBeenCalledTimes(2)
  })

  it('follows the state: selection, names, what is held', () => {
    const { store } = linked()
    store.take({ type: 'scene', id: 1, name: 'One', revision: 1, objects: [thing(1), thing(2)] })
    const state: CanvasState = {
      scene: 1,
      name: 'Renamed',
      revision: 1,
      selection: [2],
      mode: 'shapes',
      tray: { kind: 'box', colour: '#4be3b4', pen_width: 0.12 },
      armed: true,
      dry_run: false,
    }
    store.take({ type: 'canvas', ...state })
    expect(store.selected.map((o) => o.id)).toEqual([2])
    expect(store.scene?.name).toBe('Renamed')
    const place = { id: 1, position: [1, 2, 3], rotation: [0, 0, 0, 1], scale: [1, 1, 1] } as const
    const held = [{ who: 'right hand', objects: [structuredClone(place)] }]
    store.take({ type: 'held', held: held as never })
    expect(store.heldPlaces().get(1)?.who).toBe('right hand')
  })
})
