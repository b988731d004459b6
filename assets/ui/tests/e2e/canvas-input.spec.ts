/** Working on the canvas with the real box: by mouse, and by keyboard alone. */
import type { SceneObject } from '../../src/lib/api/types'
import { areaOf, emptyScene, make, names, near, open, pixel, scene, state, tell } from './scene'
import { expect, test } from './test'

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
  const r = await areaOf(stage)
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
