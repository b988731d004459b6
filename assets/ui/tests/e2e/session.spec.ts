/**
 * A whole session on the canvas, twice: by the demo hands alone and by the keyboard alone. What the box
 * keeps of it must be exactly what was meant, the same both times, and the page must show it.
 */
import { join } from 'node:path'
import type { Page } from '@playwright/test'
import type { CanvasState, Command, Scene, SceneInfo, SceneObject } from '../../src/lib/api/types'
import { Box, RESULTS } from './box'
import { expect, launch, test, watch } from './test'

/** What the session means, scene units: as `src/camera/demo/session.rs` has it. */
const MADE = { box: [-4, 1, 0], sphere: [0, 1, 0], cone: [4, 1, 0] } as const
const BOX_TO = [-3, -1, 0] as const
/** Copies lie a little beside. */
const COPY_TO = [BOX_TO[0] + 0.7, BOX_TO[1] - 0.7, 0] as const
/** Solids are made this large, and the sphere is made half as large again. */
const SIZE = 1.5
const LARGER = 1.5
/**
 * The hands play over and over. Their session is made for cameras that see eleven pictures a second
 * (`tests/session_seen.rs`): a round that was seen slower, because something else took the machine, proves
 * nothing if it goes wrong. Of those seen well enough one must be right; a pause of the machine that is too
 * short for the mean over a second breaks one, but not all.
 */
const ROUNDS = 6
const FAIR_ROUNDS = 3
const LEAST_FPS = 11

const get = async <T>(box: Box, path: string) =>
  (await (await fetch(`${box.url}/api/v1/${path}`)).json()) as T
const state = (box: Box) => get<CanvasState>(box, 'canvas')
const scene = (box: Box, id: number) => get<Scene>(box, `scenes/${id}`)

async function give(box: Box, command: Command): Promise<void> {
  const answer = await fetch(`${box.url}/api/v1/command`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(command),
  })
  expect(answer.ok, await answer.text()).toBe(true)
}

/** A box without a camera, whose things lie on a grid of one unit, and its canvas in a browser. */
async function withCanvas(then: (page: Page, box: Box) => Promise<void>): Promise<void> {
  const box = await new Box().start('browser')
  await give(box, { command: 'set_setting', key: 'canvas.snap_units', value: 1 })
  const browser = await launch()
  try {
    // A small window leaves more of the machine to the box's eyes.
    const page = await browser.newPage({ viewport: { width: 1024, height: 640 } })
    const complaints = watch(page, box)
    await page.goto(`${box.url}/#/`)
    await expect(page.getByTestId('stage')).toHaveAttribute('aria-label', /object/)
    await then(page, box)
    expect(complaints).toEqual([])
  } finally {
    await browser.close()
    await box.remove()
  }
}

const kinds = (s: Scene) => s.objects.map((o) => o.form.kind)

/** What both sessions leave: all of every object, but for its number. */
function meant(colour: string): Omit<SceneObject, 'id'>[] {
  const object = (
    kind: 'box' | 'sphere' | 'cone',
    label: string,
    position: readonly [number, number, number],
    size: number,
  ): Omit<SceneObject, 'id'> => ({
    form: { kind },
    position: [...position],
    rotation: [0, 0, 0, 1],
    scale: [size, size, size],
    colour,
    label,
    locked: false,
  })
  return [
    object('box', 'Box 1', BOX_TO, SIZE),
    object('sphere', 'Sphere 1', MADE.sphere, SIZE * LARGER),
    object('cone', 'Cone 1', MADE.cone, SIZE),
    object('box', 'Box 2', COPY_TO, SIZE),
  ]
}

/** The stored document, exactly; numbers are kept in 32 bits. */
function expectSession(left: Scene, after: CanvasState): void {
  const plain = left.objects.map((o) => {
    const { id, ...rest } = o
    expect(id).toBeGreaterThan(0)
    return { ...rest, position: o.position.map((v) => Math.round(v * 1e5) / 1e5) }
  })
  expect(plain).toEqual(meant(after.tray.colour))
  expect(new Set(left.objects.map((o) => o.id)).size).toBe(4)
  expect([after.undo?.command, after.redo?.command]).toEqual(['duplicate', 'delete'])
  expect(after.saved, 'saved as it is').toBe(left.revision)
}

/** The page says what the box keeps: on the stage, in the list, and in numbers. */
async function expectShown(page: Page, name: string, shot: string): Promise<void> {
  const stage = page.getByTestId('stage')
  await expect(stage).toHaveAttribute('aria-label', new RegExp(`${name}.*4 objects`))
  const rows = page.getByTestId('objects').locator('button')
  await expect(rows.locator('.name')).toHaveText(['Box 1', 'Sphere 1', 'Cone 1', 'Box 2'])
  const numbers = (what: string) =>
    Promise.all(
      ['x', 'y', 'z'].map(async (axis) =>
        Number(await page.getByLabel(`${what} ${axis}`, { exact: true }).inputValue()),
      ),
    )
  const places = [BOX_TO, MADE.sphere, MADE.cone, COPY_TO]
  for (const [i, place] of places.entries()) {
    await rows.nth(i).click()
    await expect(page.getByTestId('object-name')).toHaveValue(
      ['Box 1', 'Sphere 1', 'Cone 1', 'Box 2'][i] as string,
    )
    expect(await numbers('Position')).toEqual([...place])
    const size = i === 1 ? SIZE * LARGER : SIZE
    expect(await numbers('Size')).toEqual([size, size, size])
  }
  await page.screenshot({ path: join(RESULTS, shot) })
}

interface Round {
  own: number
  last: CanvasState
  went: boolean
  fps: number
}

/** Follows one round to its end: what its scene was like last, and whether the next one was shown. */
async function round(box: Box): Promise<Round> {
  const begun = Date.now()
  let own: CanvasState | null = null
  let fps = Infinity
  for (;;) {
    const now = await state(box)
    if (now.name === 'Demo hands' && now.revision > 0 && now.undo?.command !== 'clear') {
      own = now
      fps = Math.min(fps, (await box.status()).fps)
    } else if (own && (now.scene !== own.scene || now.undo?.command === 'clear'))
      return { own: own.scene, last: own, went: now.scene !== own.scene, fps }
    if (Date.now() - begun > 180_000) throw new Error('the session does not end')
    await new Promise((done) => setTimeout(done, 200))
  }
}

/** Writes down how many objects the page shows, each time that changes. */
async function noteCounts(page: Page): Promise<() => Promise<number[]>> {
  await page.getByTestId('stage').evaluate((stage) => {
    const counts: number[] = []
    Object.assign(window, { counts })
    const note = () => {
      const label = stage.getAttribute('aria-label') ?? ''
      const n = /Demo hands/.test(label)
        ? parseInt(/(\d+|no) object/.exec(label)?.[1] ?? '', 10)
        : NaN
      if (!Number.isNaN(n) && n !== counts.at(-1)) counts.push(n)
    }
    new MutationObserver(note).observe(stage, { attributes: true, attributeFilter: ['aria-label'] })
  })
  return () => page.evaluate(() => (window as unknown as { counts: number[] }).counts.splice(0))
}

test('a whole session by the demo hands alone', async () => {
  test.setTimeout(600_000)
  await withCanvas(async (page, box) => {
    const first = await state(box)
    const counts = await noteCounts(page)
    await give(box, { command: 'select_camera', source: 'demo:canvas' })
    let own: number
    let fair = 0
    for (let n = 1; ; n++) {
      const { own: played, last, went, fps } = await round(box)
      const left = await scene(box, played)
      const shown = await counts()
      console.log(
        `round ${n}, ${fps.toFixed(1)} frames a second or more: ${kinds(left).join(' ')}; the page showed ${shown.join(' ')}`,
      )
      try {
        expect(went, 'the next scene was shown').toBe(true)
        expectSession(left, last)
        expect([last.undo?.who, last.redo?.who]).toEqual(['right hand', 'right hand'])
        expect(shown, 'objects on the page, as they came and went').toEqual([1, 2, 3, 4, 3, 4])
        own = played
        break
      } catch (e) {
        if (fps >= LEAST_FPS && ++fair === FAIR_ROUNDS) throw e
        console.log(`round ${n} was not it: ${String(e).slice(0, 400)}`)
        if (n < ROUNDS) continue
        const slow = `SKIPPED: ${fair} of ${ROUNDS} rounds were seen at ${LEAST_FPS} pictures a second`
        console.log(slow)
        test.skip(true, slow)
      }
    }
    await give(box, { command: 'pause_camera' })
    await expect(page.getByTestId('stage')).toHaveAttribute('aria-label', new RegExp(first.name))
    await give(box, { command: 'open_scene', scene: own })
    await expectShown(page, 'Demo hands', 'session-hands.png')
  })
})

test('the same session by keyboard alone', async () => {
  test.setTimeout(180_000)
  await withCanvas(async (page, box) => {
    const first = await state(box)
    const stage = page.getByTestId('stage')
    const press = async (...keys: string[]) => {
      for (const key of keys) await page.keyboard.press(key)
    }
    const settled = async (revision: number) => {
      await expect.poll(async () => (await state(box)).revision).toBe(revision)
      await expect(stage).toHaveAttribute('data-revision', String(revision))
    }
    const toStage = async () => {
      for (let i = 0; i < 60; i++) {
        if (await stage.evaluate((e) => e === document.activeElement)) return
        await press('Tab')
      }
      throw new Error('the stage is never reached by Tab')
    }
    const own = async () => scene(box, (await state(box)).scene)

    // As the demo hands' scene is, this one is given.
    await give(box, { command: 'new_scene', name: 'By keys' })
    await expect(stage).toHaveAttribute('aria-label', /By keys/)
    await toStage()
    let revision = 0
    for (const key of ['1', '2', '3']) {
      await press(key)
      await settled(++revision)
    }

    /** Moves what is selected by whole units, as many keys as it takes. */
    const moveTo = async (index: number, to: readonly [number, number, number]) => {
      const from = (await own()).objects[index]?.position ?? [0, 0, 0]
      const keys = [
        [to[0] - from[0], 'Shift+ArrowRight', 'Shift+ArrowLeft'],
        [to[1] - from[1], 'Shift+ArrowUp', 'Shift+ArrowDown'],
      ] as const
      for (const [by, more, less] of keys)
        for (let i = 0; i < Math.abs(Math.round(by)); i++) await press(by > 0 ? more : less)
      if (keys.some(([by]) => Math.round(by) !== 0)) await settled(++revision)
    }
    /** Tab goes from object to object in the order of their making, Shift and Tab back. */
    let at = -1
    const select = async (index: number) => {
      for (; at < index; at++) await press('Tab')
      for (; at > index; at--) await press('Shift+Tab')
      const id = (await own()).objects[index]?.id
      await expect.poll(async () => (await state(box)).selection).toEqual([id])
    }
    await select(0)
    await moveTo(0, MADE.box)
    await select(1)
    await moveTo(1, MADE.sphere)
    await select(2)
    await moveTo(2, MADE.cone)
    await select(0)
    await moveTo(0, BOX_TO)
    // Four times a tenth larger, and the grid makes it exactly half as large again.
    await select(1)
    await press('+', '+', '+', '+')
    await settled(++revision)
    await select(0)
    await press('Control+d')
    await settled(++revision)
    await select(2)
    await press('Delete')
    await settled(++revision)
    expect(kinds(await own())).toEqual(['box', 'sphere', 'box'])
    await press('Control+z')
    await settled(++revision)
    await press('Control+s')
    await expect.poll(async () => (await state(box)).saved).toBe(revision)

    const last = await state(box)
    expectSession(await own(), last)
    expect(last.undo?.who).not.toMatch(/hand/)
    await press('Control+k')
    await page.getByRole('dialog', { name: 'Commands' }).waitFor()
    await page.keyboard.type('Next scene')
    await press('Enter')
    await expect(stage).toHaveAttribute('aria-label', new RegExp(first.name))
    expect((await state(box)).scene).toBe(first.scene)
    const list = await get<{ scenes: SceneInfo[] }>(box, 'scenes')
    expect(list.scenes.map((s) => s.objects)).toContain(4)
    await give(box, { command: 'open_scene', scene: last.scene })
    await expectShown(page, 'By keys', 'session-keys.png')
  })
})
