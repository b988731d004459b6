/** Several pages on one canvas with the real box: they converge, and only one holds a thing. */
import type { SceneObject } from '../../src/lib/api/types'
import { Box } from './box'
import { emptyScene, make, names, open, pixel, scene, tell } from './scene'
import { expect, test, watch } from './test'

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
