/** The canvas by finger and pen: real touch and pen events of the browser, and a telephone's layout. */
import type { CDPSession, Page } from '@playwright/test'
import type { SceneObject } from '../../src/lib/api/types'
import { areaOf, emptyScene, make, names, open, pixel, scene, state, tell } from './scene'
import { expect, test } from './test'

type Xy = [number, number]

async function touch(cdp: CDPSession, type: 'Start' | 'Move' | 'End', at: Xy[]): Promise<void> {
  await cdp.send('Input.dispatchTouchEvent', {
    type: `touch${type}`,
    touchPoints: at.map(([x, y], id) => ({ x, y, id })),
  })
}

const cdpOf = (page: Page) => page.context().newCDPSession(page)
const along = (a: Xy, b: Xy, t: number): Xy => [a[0] + (b[0] - a[0]) * t, a[1] + (b[1] - a[1]) * t]

test('two fingers make it larger and turn it, as one step; one finger moves it', async ({
  chromium,
  box,
}) => {
  await emptyScene(box)
  await make(box, { position: [0, 0, 0] })
  const context = await chromium.newContext({
    viewport: { width: 1024, height: 768 },
    hasTouch: true,
  })
  const page = await context.newPage()
  const stage = await open(page, box)
  await expect(names(page)).toHaveCount(1)
  const cdp = await cdpOf(page)
  const before = await scene(box)
  const object = before.objects[0] as SceneObject
  const [x, y] = await pixel(stage, object)

  // Apart to twice the distance, and a quarter round, counterclockwise as seen.
  const [from, to]: [[Xy, Xy], [Xy, Xy]] = [
    [
      [x - 40, y],
      [x + 40, y],
    ],
    [
      [x, y + 80],
      [x, y - 80],
    ],
  ]
  await touch(cdp, 'Start', from)
  for (let i = 1; i <= 10; i++)
    await touch(cdp, 'Move', [along(from[0], to[0], i / 10), along(from[1], to[1], i / 10)])
  await touch(cdp, 'End', [])
  await expect.poll(async () => (await scene(box)).revision).toBe(before.revision + 1)
  const pinched = (await scene(box)).objects[0] as SceneObject
  expect(pinched.scale[0] / object.scale[0]).toBeCloseTo(2, 1)
  const turned = 2 * Math.atan2(pinched.rotation[2], pinched.rotation[3])
  const degrees =
    ((turned - 2 * Math.atan2(object.rotation[2], object.rotation[3])) * 180) / Math.PI
  expect(degrees).toBeCloseTo(90, 0)

  await touch(cdp, 'Start', [[x, y]])
  for (let i = 1; i <= 8; i++) await touch(cdp, 'Move', [[x + i * 12, y]])
  await touch(cdp, 'End', [])
  await expect.poll(async () => (await scene(box)).revision).toBe(before.revision + 2)
  expect((await scene(box)).objects[0]?.position[0]).toBeGreaterThan(0.7)
  // The page was not scrolled or zoomed meanwhile.
  expect(await page.evaluate(() => [scrollY, visualViewport?.scale])).toEqual([0, 1])
  await context.close()
})

test('a pen that is pressed harder draws a thicker stroke', async ({ page, box }) => {
  await emptyScene(box)
  const stage = await open(page, box)
  await tell(box, { command: 'set_mode', mode: 'draw' })
  await tell(box, { command: 'set_tray', pen_width: 0.2 })
  await expect(page.getByRole('button', { name: 'Draw' })).toHaveAttribute('aria-pressed', 'true')
  const r = await areaOf(stage)
  const cdp = await cdpOf(page)
  const stroke = async (down: number, force: number) => {
    const at = (i: number) => ({
      x: r.x + r.width * (0.3 + i * 0.02),
      y: r.y + r.height * down,
      pointerType: 'pen' as const,
      force,
    })
    const button = { button: 'left' as const, buttons: 1, clickCount: 1 }
    await cdp.send('Input.dispatchMouseEvent', { type: 'mousePressed', ...at(0), ...button })
    for (let i = 1; i <= 12; i++)
      await cdp.send('Input.dispatchMouseEvent', { type: 'mouseMoved', ...at(i), ...button })
    await cdp.send('Input.dispatchMouseEvent', { type: 'mouseReleased', ...at(12), ...button })
  }
  await stroke(0.3, 0.2)
  await expect(names(page)).toHaveCount(1)
  await stroke(0.6, 0.9)
  await expect(names(page)).toHaveCount(2)
  const widths = (await scene(box)).objects.map((o) =>
    o.form.kind === 'stroke' ? o.form.width : 0,
  )
  expect(widths[0]).toBeLessThan(0.2)
  expect(widths[1]).toBeGreaterThan(0.2)
  await tell(box, { command: 'set_mode', mode: 'shapes' })
  await tell(box, { command: 'set_tray', pen_width: 0.12 })
  expect((await state(box)).mode).toBe('shapes')
})

test('on a telephone the properties lie below the stage, not on it', async ({ chromium, box }) => {
  await emptyScene(box)
  await make(box)
  const page = await chromium.newPage({ viewport: { width: 360, height: 780 } })
  const stage = await open(page, box)
  const title = page.getByRole('heading', { name: 'Properties' })
  await expect(title).toBeVisible()
  const [above, below] = [await areaOf(stage), await areaOf(title)]
  expect(above.height).toBeCloseTo((above.width * 9) / 16, 0)
  expect(below.y).toBeGreaterThanOrEqual(above.y + above.height)
  await page.close()
})
