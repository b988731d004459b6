/** The canvas with the real box: two pages, a drag, the keyboard alone, a restart, a lost picture, axe. */
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import type { Locator, Page } from '@playwright/test'
import type { CanvasState, Command, Outcome, Scene, SceneObject } from '../../src/lib/api/types'
import { toCanvas } from '../../src/lib/canvas/geometry'
import { Box, RESULTS } from './box'
import { expect, launch, test, watch } from './test'

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

async function json<T>(box: Box, path: string): Promise<T> {
  return (await (await fetch(box.url + path)).json()) as T
}
const state = (box: Box) => json<CanvasState>(box, '/api/v1/canvas')
const scene = async (box: Box) => json<Scene>(box, `/api/v1/scenes/${(await state(box)).scene}`)

async function tell(box: Box, command: Command): Promise<Outcome> {
  const answer = await fetch(`${box.url}/api/v1/command`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(command),
  })
  const text = await answer.text()
  expect(answer.ok, text).toBe(true)
  return JSON.parse(text) as Outcome
}

/** An empty scene of the test's own, shown. */
async function emptyScene(box: Box): Promise<void> {
  // No hands: what they do is tested elsewhere, and would be a third editor here.
  await tell(box, { command: 'pause_camera' })
  await tell(box, { command: 'new_scene' })
  await tell(box, { command: 'set_mode', mode: 'shapes' })
  const { objects } = await scene(box)
  expect(objects).toEqual([])
}

async function make(box: Box, more: Partial<Extract<Command, { command: 'create' }>> = {}) {
  const { ids } = await tell(box, { command: 'create', form: { kind: 'box' }, ...more })
  return (ids as number[])[0] as number
}

async function open(page: Page, box: Box): Promise<Locator> {
  await page.goto(`${box.url}/#/`)
  const stage = page.getByTestId('stage')
  await expect(stage).toHaveAttribute('data-revision', /\d+/)
  await expect(page.getByTestId('canvas')).toHaveAttribute('data-stage', 'on')
  return stage
}

/** Where an object is on the page, pixels. */
async function pixel(stage: Locator, o: SceneObject): Promise<[number, number]> {
  const r = (await stage.boundingBox()) as { x: number; y: number; width: number; height: number }
  const [x, y] = toCanvas(o.position) as [number, number]
  return [r.x + x * r.width, r.y + y * r.height]
}

const names = (page: Page) => page.getByTestId('objects').locator('.name')
const near = (a: readonly number[], b: readonly number[], within = 0.02) =>
  a.every((x, i) => Math.abs(x - (b[i] as number)) < within)

test('two pages and the API converge on one scene', async ({ chromium, box, complaints, page }) => {
  await emptyScene(box)
  const other = await chromium.newPage({ viewport: { width: 1280, height: 800 } })
  await open(page, box)
  const there = await open(other, box)
  await page.locator('[data-kind=sphere]').click()
  await page.locator('[data-kind=cone]').click()
  await expect(names(other)).toHaveCount(2)
  await there.focus()
  await other.keyboard.press('3')
  await tell(box, { command: 'colour', ids: [], colour: '#ff6f91' })
  await expect(names(page)).toHaveCount(3)
  await other.keyboard.press('Delete')
  await expect(names(page)).toHaveCount(2)
  const now = await scene(box)
  for (const p of [page, other]) {
    await expect(p.getByTestId('stage')).toHaveAttribute('data-revision', String(now.revision))
    await expect(names(p)).toHaveText(now.objects.map((o) => o.label))
  }
  // A page that was away catches up.
  await other.goto('about:blank')
  await page.locator('[data-kind=torus]').click()
  await open(other, box)
  await expect(names(other)).toHaveCount(3)
  await other.close()
  expect(complaints).toEqual([])
})

test('a drag by mouse is one step, goes where the mouse goes, and is taken back whole', async ({
  page,
  box,
  complaints,
}) => {
  await emptyScene(box)
  const id = await make(box, { position: [-2, 1, 0] })
  const stage = await open(page, box)
  await expect(names(page)).toHaveCount(1)
  const before = await scene(box)
  const object = before.objects[0] as SceneObject
  const [x, y] = await pixel(stage, object)
  const { width } = (await stage.boundingBox()) as { width: number }
  await page.mouse.move(x, y)
  await page.mouse.down()
  for (let i = 1; i <= 20; i++) await page.mouse.move(x + (i * width) / 160, y + (i * width) / 320)
  await page.mouse.up()
  await expect.poll(async () => (await scene(box)).revision).toBe(before.revision + 1)
  const after = (await scene(box)).objects[0] as SceneObject
  // An eighth of the width is two units; the box is a little nearer than the plane.
  expect(near(after.position, [0, 0, 0], 0.2), String(after.position)).toBe(true)
  expect((await state(box)).undo).toMatchObject({ objects: 1 })
  await stage.focus()
  await page.keyboard.press('Control+z')
  await expect.poll(async () => (await scene(box)).objects[0]?.position).toEqual(object.position)
  expect((await scene(box)).objects[0]?.id).toBe(id)
  expect(complaints).toEqual([])
})

test('what somebody else holds is refused, with the holder’s name', async ({
  chromium,
  page,
  box,
}) => {
  await emptyScene(box)
  await make(box, { position: [0, 0, 0] })
  const other = await chromium.newPage({ viewport: { width: 1280, height: 800 } })
  const stage = await open(page, box)
  const there = await open(other, box)
  await expect(names(other)).toHaveCount(1)
  const object = (await scene(box)).objects[0] as SceneObject
  const [x, y] = await pixel(stage, object)
  await page.mouse.move(x, y)
  await page.mouse.down()
  await page.mouse.move(x + 60, y, { steps: 5 })
  // Where it is held now, which the other page sees too.
  const [ox, oy] = await pixel(there, object)
  await other.mouse.move(ox + 60, oy)
  await other.mouse.down()
  await other.mouse.move(ox - 60, oy, { steps: 5 })
  await expect(other.getByTestId('toasts')).toContainText(/page \d+/)
  await other.mouse.up()
  await page.mouse.up()
  await expect
    .poll(async () => (await scene(box)).objects[0]?.position[0])
    .toBeGreaterThan(object.position[0] + 0.3)
  await other.close()
})

test('what the keys of the stage do', async ({ page, box, complaints }) => {
  await emptyScene(box)
  const stage = await open(page, box)
  const said = page.getByTestId('canvas-said')
  await stage.focus()
  for (const key of ['1', '2', '3']) await page.keyboard.press(key)
  await expect(names(page)).toHaveCount(3)
  // Tab goes round the objects and says which, where.
  await page.keyboard.press('Tab')
  await expect(said).toContainText('Box 1')
  await page.keyboard.press('Tab')
  await expect(said).toContainText('Sphere 1')
  await page.keyboard.press('Shift+Tab')
  await expect(said).toContainText('Box 1')
  await expect.poll(async () => (await state(box)).selection).toHaveLength(1)
  const start = await scene(box)
  const [before] = start.objects as [SceneObject]
  // All in one go: on a busy machine each key by itself may take longer than a run's pause.
  await stage.evaluate((el) => {
    for (const key of [
      'ArrowRight',
      'ArrowRight',
      'ArrowRight',
      'ArrowRight',
      'PageDown',
      '+',
      '[',
    ])
      el.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true }))
  })
  // A run of keys is one step.
  await expect.poll(async () => (await scene(box)).revision).toBe(start.revision + 1)
  const moved = (await scene(box)).objects[0] as SceneObject
  expect(moved.position[0]).toBeGreaterThan(before.position[0] + 0.8)
  expect(moved.position[2]).toBeCloseTo(0.5, 3)
  expect(moved.scale[0]).toBeCloseTo(before.scale[0] * 1.1, 3)
  expect(moved.rotation[2]).toBeGreaterThan(0.1)
  await page.keyboard.press('Enter')
  const dialog = page.getByRole('dialog')
  await expect(dialog).toBeVisible()
  await page.keyboard.type('Lid')
  await page.keyboard.press('Enter')
  await expect(names(page).first()).toHaveText('Lid')
  await expect(dialog).toBeHidden()
  await stage.focus()
  await page.keyboard.press('Control+d')
  await expect(names(page)).toHaveCount(4)
  await page.keyboard.press('l')
  await expect.poll(async () => (await scene(box)).objects.at(-1)?.locked).toBe(true)
  await page.keyboard.press('Delete')
  await expect(page.getByTestId('toasts')).not.toBeEmpty()
  expect((await scene(box)).objects).toHaveLength(4)
  await page.keyboard.press('l')
  await expect.poll(async () => (await scene(box)).objects.at(-1)?.locked).toBe(false)
  await page.keyboard.press('Delete')
  await expect(names(page)).toHaveCount(3)
  await page.keyboard.press('Control+z')
  await expect(names(page)).toHaveCount(4)
  await page.keyboard.press('Control+y')
  await expect(names(page)).toHaveCount(3)
  await page.keyboard.press('Control+a')
  await expect.poll(async () => (await state(box)).selection).toHaveLength(3)
  await page.keyboard.press('Control+g')
  await expect.poll(async () => (await scene(box)).objects.every((o) => o.group)).toBe(true)
  await page.keyboard.press('m')
  await expect.poll(async () => (await state(box)).mode).toBe('draw')
  await page.keyboard.press('m')
  await page.keyboard.press('s')
  await expect.poll(async () => (await state(box)).saved).toBe((await state(box)).revision)
  await page.keyboard.press('7')
  await expect(dialog).toBeVisible()
  await page.keyboard.type('Hello')
  await page.keyboard.press('Control+Enter')
  await expect
    .poll(async () => (await scene(box)).objects.at(-1)?.form)
    .toEqual({ kind: 'text', text: 'Hello' })
  // Nobody is caught: Escape, and Tab leaves.
  await stage.focus()
  await page.keyboard.press('Escape')
  await page.keyboard.press('Tab')
  expect(await stage.evaluate((el) => el === document.activeElement)).toBe(false)
  expect(complaints).toEqual([])
})

test('draws with the pen, selects by a box, edits by double click', async ({ page, box }) => {
  await emptyScene(box)
  const stage = await open(page, box)
  const r = (await stage.boundingBox()) as { x: number; y: number; width: number; height: number }
  await page.getByRole('button', { name: 'Draw' }).click()
  await expect.poll(async () => (await state(box)).mode).toBe('draw')
  await page.mouse.move(r.x + r.width * 0.3, r.y + r.height * 0.3)
  await page.mouse.down()
  for (let i = 0; i < 20; i++)
    await page.mouse.move(r.x + r.width * (0.3 + i * 0.01), r.y + r.height * (0.3 + (i % 5) * 0.01))
  await page.mouse.up()
  await expect(names(page)).toHaveCount(1)
  const form = (await scene(box)).objects[0]?.form
  expect(form?.kind === 'stroke' && form.points.length).toBeGreaterThan(10)
  await page.getByRole('button', { name: 'Shapes' }).click()
  await tell(box, { command: 'select', ids: [], add: false })
  await page.mouse.move(r.x + r.width * 0.2, r.y + r.height * 0.2)
  await page.mouse.down()
  await page.mouse.move(r.x + r.width * 0.6, r.y + r.height * 0.5, { steps: 6 })
  await page.mouse.up()
  await expect.poll(async () => (await state(box)).selection).toHaveLength(1)
  const id = await make(box, { form: { kind: 'text', text: 'Old' }, position: [3, -2, 0] })
  await expect(names(page)).toHaveCount(2)
  const card = (await scene(box)).objects.find((o) => o.id === id) as SceneObject
  await page.mouse.dblclick(...(await pixel(stage, card)))
  await page.getByRole('textbox', { name: 'Words' }).fill('New words')
  await page.getByRole('button', { name: 'Done' }).click()
  await expect
    .poll(async () => (await scene(box)).objects.find((o) => o.id === id)?.form)
    .toEqual({ kind: 'text', text: 'New words' })
})

test('a picture becomes a card, one that lies about its type does not', async ({ page, box }) => {
  await emptyScene(box)
  await open(page, box)
  const png = await page.evaluate(async () => {
    const c = document.createElement('canvas')
    c.width = 320
    c.height = 160
    const ctx = c.getContext('2d') as CanvasRenderingContext2D
    ctx.fillStyle = '#3d9bff'
    ctx.fillRect(0, 0, 320, 160)
    const blob = await new Promise<Blob | null>((done) => c.toBlob(done, 'image/png'))
    return [...new Uint8Array(await (blob as Blob).arrayBuffer())]
  })
  const files = page.getByTestId('picture-file')
  await files.setInputFiles({ name: 'sky.png', mimeType: 'image/png', buffer: Buffer.from(png) })
  await expect(names(page)).toHaveText(['sky'])
  const [card] = (await scene(box)).objects as [SceneObject]
  expect(card.form).toMatchObject({ kind: 'picture', aspect: 2 })
  await files.setInputFiles({
    name: 'lie.png',
    mimeType: 'image/png',
    buffer: Buffer.from('<svg onload="alert(1)"/>'),
  })
  await expect(page.locator('.toast.bad')).toBeVisible()
  expect((await scene(box)).objects).toHaveLength(1)
})

test('exports a picture, a model and the scene’s file; leaves a thumbnail and a photograph', async ({
  page,
  box,
}) => {
  await emptyScene(box)
  await make(box, { form: { kind: 'torus' } })
  await make(box, { form: { kind: 'text', text: 'A card' }, position: [3, 1, 0] })
  await open(page, box)
  await expect(names(page)).toHaveCount(2)
  for (const [as, magic] of [
    ['png', '\x89PNG'],
    ['glb', 'glTF'],
    ['json', '{"format":"dixi-scene"'],
  ] as const) {
    await page.getByRole('button', { name: 'More' }).click()
    const [file] = await Promise.all([
      page.waitForEvent('download'),
      page.locator(`[data-export=${as}]`).click(),
    ])
    const bytes = readFileSync(await file.path())
    expect(file.suggestedFilename()).toMatch(new RegExp(`\\.${as}$`))
    expect(bytes.subarray(0, magic.length).toString('latin1')).toBe(magic)
  }
  const { scene: id } = await state(box)
  await expect
    .poll(async () => (await fetch(`${box.url}/api/v1/scenes/${id}/thumbnail`)).status, {
      timeout: 30_000,
    })
    .toBe(200)
  await tell(box, { command: 'take_picture' })
  await expect
    .poll(async () => (await json<unknown[]>(box, `/api/v1/scenes/${id}/photographs`)).length, {
      timeout: 30_000,
    })
    .toBe(1)
})

test('a lost picture says so and comes back; the list works meanwhile', async ({ page, box }) => {
  await emptyScene(box)
  const stage = await open(page, box)
  await page.evaluate(() => {
    const c = document.querySelector('canvas.stage') as HTMLCanvasElement
    const lose = c.getContext('webgl2')?.getExtension('WEBGL_lose_context')
    Object.assign(window, { lose })
    lose?.loseContext()
  })
  await expect(page.getByTestId('canvas')).toHaveAttribute('data-stage', 'lost')
  await expect(page.getByText('The picture was lost')).toBeVisible()
  await stage.focus()
  await page.keyboard.press('1')
  await expect(names(page)).toHaveCount(1)
  await page.evaluate(() =>
    (window as unknown as { lose: { restoreContext(): void } }).lose.restoreContext(),
  )
  await expect(page.getByTestId('canvas')).toHaveAttribute('data-stage', 'on')
  await expect(page.getByText('The picture was lost')).toBeHidden()
})

test('without WebGL the scene is flat and everything else works', async ({ box }) => {
  const browser = await launch(
    '--disable-gpu',
    '--disable-software-rasterizer',
    '--disable-3d-apis',
  )
  const page = await browser.newPage({ viewport: { width: 1280, height: 800 } })
  await emptyScene(box)
  await page.goto(`${box.url}/#/`)
  await expect(page.getByTestId('canvas')).toHaveAttribute('data-stage', 'missing')
  await page.getByTestId('stage').focus()
  for (const key of ['1', '2', '5']) await page.keyboard.press(key)
  await expect(names(page)).toHaveCount(3)
  await page.screenshot({ path: join(RESULTS, 'canvas-flat.png') })
  await browser.close()
})

test('undo works after the box was killed and started again', async ({ chromium }) => {
  const box = await new Box().start()
  const page = await chromium.newPage({ viewport: { width: 1280, height: 800 } })
  const complaints = watch(page, box)
  await emptyScene(box)
  const stage = await open(page, box)
  await stage.focus()
  await page.keyboard.press('1')
  await page.keyboard.press('2')
  await expect(names(page)).toHaveCount(2)
  await box.kill()
  await box.start()
  await page.keyboard.press('Tab')
  await expect(async () => {
    await stage.focus()
    await page.keyboard.press('Control+z')
    await expect(names(page)).toHaveCount(1, { timeout: 2_000 })
  }).toPass({ timeout: 60_000 })
  expect(complaints).toEqual([])
  await page.close()
  await box.remove()
})

const SIZES = { '360': [360, 780], '1440': [1440, 900], '3840': [3840, 2160] } as const
for (const scheme of ['dark', 'light'] as const)
  test(`the canvas page has nothing for axe to say, ${scheme}`, async ({ chromium, box }) => {
    await emptyScene(box)
    const kinds = ['box', 'sphere', 'cone', 'cylinder', 'torus', 'plane'] as const
    const colours = ['#3d9bff', '#ff8a4c', '#ffc93d', '#8f7bff', '#ff6f91', '#4be3b4']
    for (const [i, kind] of kinds.entries())
      await make(box, {
        form: { kind },
        position: [-5.6 + i * 2.2, i % 2 ? 1.2 : -0.8, (i % 3) - 1],
        rotation: [0.17, 0.26, 0.05, 0.95].map((v) => v / 1.0025) as [
          number,
          number,
          number,
          number,
        ],
        colour: colours[i] as string,
      })
    await make(box, { form: { kind: 'text', text: 'Made by hand' }, position: [5.5, 2.6, 0] })
    await tell(box, { command: 'lock', ids: [(await scene(box)).objects[0]?.id as number] })
    for (const [name, [width, height]] of Object.entries(SIZES)) {
      const page = await chromium.newPage({
        viewport: { width, height },
        colorScheme: scheme,
        reducedMotion: 'reduce',
      })
      await open(page, box)
      await expect(names(page)).toHaveCount(7)
      await page.waitForTimeout(2_500)
      await page.screenshot({ path: join(RESULTS, `canvas-${name}-${scheme}.png`) })
      await page.evaluate(AXE)
      const found = await page.evaluate(async () => {
        const axe = (window as unknown as { axe: typeof import('axe-core') }).axe
        return (await axe.run(document)).violations.flatMap((v) =>
          v.nodes.map((n) => `${v.id}: ${n.target.join(' ')} ${n.failureSummary ?? ''}`),
        )
      })
      expect(found, `${name} ${scheme}`).toEqual([])
      const overflow = await page.evaluate(
        () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
      )
      expect(overflow, `${name}: sideways scrolling`).toBeLessThanOrEqual(0)
      await page.close()
    }
  })

test('the page’s own work with 500 objects is reported', async ({ chromium, box }) => {
  await emptyScene(box)
  const kinds = ['box', 'sphere', 'cone', 'cylinder', 'torus', 'plane'] as const
  for (let i = 0; i < 500; i++)
    await make(box, {
      form: { kind: kinds[i % 6] ?? 'box' },
      position: [((i * 7.31) % 14) - 7, ((i * 3.77) % 8) - 4, ((i * 1.93) % 8) - 5],
      scale: [0.5, 0.5, 0.5],
    })
  const page = await chromium.newPage({ viewport: { width: 1280, height: 800 } })
  const stage = await open(page, box)
  await expect(stage).toHaveAttribute('aria-label', /500/)
  await page.waitForTimeout(2_000)
  const cdp = await page.context().newCDPSession(page)
  const events: { name: string; dur?: number; tdur?: number }[] = []
  cdp.on('Tracing.dataCollected', ({ value }) =>
    events.push(...(value as unknown as typeof events)),
  )
  await cdp.send('Tracing.start', {
    traceConfig: {
      includedCategories: ['devtools.timeline', 'disabled-by-default-devtools.timeline'],
    },
  })
  // All five hundred move at once, as somebody drags the whole selection.
  await stage.focus()
  await page.keyboard.press('Control+a')
  for (let i = 0; i < 24; i++) {
    await page.keyboard.press(i % 2 ? 'ArrowLeft' : 'ArrowUp')
    await page.waitForTimeout(120)
  }
  const ended = new Promise((done) => cdp.once('Tracing.tracingComplete', done))
  await cdp.send('Tracing.end')
  await ended
  const frames = events
    .filter((e) => e.name === 'FireAnimationFrame')
    .map((e) => (e.tdur ?? e.dur ?? 0) / 1000)
    .sort((a, b) => a - b)
  const at = (p: number) => (frames[Math.floor((frames.length - 1) * p)] ?? NaN).toFixed(2)
  console.log(
    `500 objects, all moved: ${frames.length} frames, own work p50 ${at(0.5)} ms, p95 ${at(0.95)} ms, most ${at(1)} ms`,
  )
  expect(frames.length).toBeGreaterThan(10)
  await page.close()
})
