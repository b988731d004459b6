/** The projector's page and calibrating with the real box: no chrome, corners, markers, and a box that dies. */
import { join } from 'node:path'
import type { Locator, Page } from '@playwright/test'
import type { CalibrationState, Command } from '../../src/lib/api/types'
import { Box, RESULTS } from './box'
import { expect, launch, test, watch } from './test'

const calibration = async (box: Box) =>
  (await (await fetch(`${box.url}/api/v1/calibration`)).json()) as CalibrationState
async function tell(box: Box, command: Command): Promise<void> {
  const answer = await fetch(`${box.url}/api/v1/command`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(command),
  })
  expect(answer.ok, await answer.text()).toBe(true)
}

const projector = async (page: Page, box: Box, search = '') => {
  await page.goto(`${box.url}/projector${search}`)
  await expect(page.locator('main')).toHaveAttribute('data-link', 'open')
}
/** Where the browser draws the canvas's four corners, CSS pixels. */
const corners = (page: Page) =>
  page.getByTestId('output').evaluate((el) => {
    const m = new DOMMatrix(getComputedStyle(el).transform)
    const { offsetLeft: l, offsetTop: t, clientWidth: w, clientHeight: h } = el as HTMLElement
    return [
      [0, 0],
      [w, 0],
      [w, h],
      [0, h],
    ].map(([x, y]) => {
      const p = m.transformPoint(new DOMPoint(x, y))
      return [l + p.x / p.w, t + p.y / p.w]
    })
  })

test('shows the canvas with black bars and nothing else, and tells the box that it is there', async ({
  page,
  box,
  complaints,
}) => {
  await page.setViewportSize({ width: 1024, height: 768 })
  await projector(page, box, '?output=wall')
  await expect.poll(async () => (await calibration(box)).outputs).toContain('wall')
  for (const chrome of ['header', 'nav', 'a', 'input'])
    await expect(page.locator(chrome)).toHaveCount(0)
  const [tl, , br] = await corners(page)
  expect(tl).toEqual([0, 96])
  expect(br).toEqual([1024, 672])
  expect(await page.evaluate(() => getComputedStyle(document.body).backgroundColor)).toBe(
    'rgb(0, 0, 0)',
  )
  // The pointer goes after two seconds.
  await page.mouse.move(200, 200)
  await page.mouse.move(220, 200)
  await expect(page.locator('main')).not.toHaveClass(/still/)
  await expect(page.locator('main')).toHaveClass(/still/, { timeout: 6_000 })
  await page.screenshot({ path: join(RESULTS, 'projector-4x3.png') })
  await page.goto('about:blank')
  await expect.poll(async () => (await calibration(box)).outputs).not.toContain('wall')
  expect(complaints).toEqual([])
})

test('the picture is bent to the corners that are set, and the grid is drawn', async ({
  page,
  box,
}) => {
  await page.setViewportSize({ width: 1600, height: 900 })
  await projector(page, box)
  const wanted: [number, number][] = [
    [0.1, 0.05],
    [0.92, 0.12],
    [0.97, 0.9],
    [0.04, 0.95],
  ]
  await tell(box, { command: 'set_keystone', output: 'main', corners: wanted as never })
  await tell(box, { command: 'show_grid', on: true })
  await expect(page.getByTestId('grid')).toBeVisible()
  await expect
    .poll(async () => {
      const drawn = await corners(page)
      return Math.max(
        ...drawn.flatMap(([x = 0, y = 0], i) => [
          Math.abs(x - (wanted[i]?.[0] ?? 0) * 1600),
          Math.abs(y - (wanted[i]?.[1] ?? 0) * 900),
        ]),
      )
    })
    .toBeLessThan(0.5)
  await page.screenshot({ path: join(RESULTS, 'projector-keystone.png') })
  await tell(box, { command: 'show_grid', on: false })
  await tell(box, {
    command: 'set_keystone',
    output: 'main',
    corners: [
      [0, 0],
      [1, 0],
      [1, 1],
      [0, 1],
    ],
  })
  await expect.poll(async () => (await corners(page))[0]).toEqual([0, 0])
  await expect(page.getByTestId('grid')).toHaveCount(0)
})

/** Drags a corner sideways by a part of the editor's width. */
async function drag(page: Page, editor: Locator, corner: number, by: number): Promise<void> {
  const handle = editor.locator(`[data-corner="${corner}"]`)
  await handle.scrollIntoViewIfNeeded()
  const from = await handle.boundingBox()
  const area = await editor.boundingBox()
  if (!from || !area) throw new Error('no editor')
  const [x, y] = [from.x + from.width / 2, from.y + from.height / 2]
  await page.mouse.move(x, y)
  await page.mouse.down()
  await page.mouse.move(x + area.width * by, y, { steps: 6 })
  await page.mouse.up()
}

test('corners are dragged by pointer and by keys, and the projector follows', async ({
  page,
  box,
}) => {
  const other = await page.context().newPage()
  await projector(other, box)
  await page.goto(`${box.url}/#/calibration`)
  const editor = page.getByRole('group', { name: 'Corners of the picture on the output' })
  const handle = editor.locator('[data-corner="1"]')
  await handle.focus()
  for (let i = 0; i < 5; i++) await page.keyboard.press('Shift+ArrowLeft')
  await page.keyboard.press('ArrowDown')
  const kept = async () =>
    (await calibration(box)).keystones.find((k) => k.output === 'main')?.corners[1]
  await expect.poll(async () => (await kept())?.[0]).toBeCloseTo(0.95, 3)
  await expect(other.getByTestId('grid')).toBeVisible()

  await drag(page, editor, 1, -0.05)
  await expect.poll(async () => (await kept())?.[0]).toBeCloseTo(0.9, 1)
  await expect(page.getByTestId('keystone-state')).toHaveText('corrected')
  await page.screenshot({ path: join(RESULTS, 'keystone-editor.png'), fullPage: true })
  await page.getByRole('button', { name: 'Straighten' }).click()
  await expect.poll(kept).toBeUndefined()
  // Leaving takes the grid along.
  await page.goto(`${box.url}/#/status`)
  await expect(other.getByTestId('grid')).toHaveCount(0)
  await other.close()
})

test('calibrating: markers are shown crisp on white, stop takes them away, corners give a result to keep', async ({
  page,
  box,
}) => {
  const other = await page.context().newPage()
  await other.setViewportSize({ width: 1600, height: 900 })
  await page.goto(`${box.url}/#/calibration`)
  // Without a projector there is nothing that could show markers.
  await expect(page.getByRole('button', { name: 'Start: Automatically' })).toBeDisabled()
  await projector(other, box)
  await page.getByRole('button', { name: 'Start: Automatically' }).click()
  const markers = other.getByTestId('markers')
  await expect(markers).toBeVisible()
  const count = await markers.locator('[data-marker]').count()
  expect(count).toBeGreaterThanOrEqual(4)
  await expect(page.getByTestId('found-markers')).toContainText(`of ${count} markers found`)
  await other.screenshot({ path: join(RESULTS, 'projector-markers.png') })
  await page.getByTestId('stop-calibration').click()
  await expect(markers).toHaveCount(0)

  await page.getByRole('button', { name: 'Start: By dragging corners' }).click()
  const editor = page.getByRole('group', { name: 'Corners of the canvas in the camera’s picture' })
  await editor.locator('[data-corner="0"]').focus()
  for (let i = 0; i < 3; i++) await page.keyboard.press('Shift+ArrowRight')
  await page.screenshot({ path: join(RESULTS, 'calibration-corners.png') })
  // Corners that cross are told at once, and cannot be used.
  await drag(page, editor, 0, 0.75)
  await expect(page.getByText('The corners cross.')).toBeVisible()
  await expect(page.getByRole('button', { name: 'Use these corners' })).toBeDisabled()
  await drag(page, editor, 0, -0.75)
  await page.getByRole('button', { name: 'Use these corners' }).click()
  await expect(page.getByRole('heading', { name: 'Does it fit?' })).toBeVisible()
  await page.getByRole('button', { name: 'Keep it' }).click()
  await expect.poll(async () => (await calibration(box)).used?.method).toBe('corners')
  await page.getByRole('button', { name: 'Forget' }).click()
  await expect(page.getByTestId('not-calibrated')).toBeVisible()
  await other.close()
})

test('a box that is killed and started again is found again without a word', async () => {
  test.setTimeout(120_000)
  const box = await new Box().start()
  const browser = await launch()
  try {
    const page = await browser.newPage({ viewport: { width: 1280, height: 720 } })
    const complaints = watch(page, box)
    await projector(page, box)
    await tell(box, {
      command: 'set_keystone',
      output: 'main',
      corners: [
        [0.1, 0],
        [0.9, 0],
        [1, 1],
        [0, 1],
      ],
    })
    await expect.poll(async () => (await corners(page))[0]).toEqual([128, 0])
    await box.kill()
    await expect(page.getByTestId('away')).toBeVisible()
    // One small sign: no words that would be on somebody's wall.
    const seen = await page.getByTestId('away').boundingBox()
    expect((seen?.width ?? 0) * (seen?.height ?? 0)).toBeLessThan(60 * 60)
    await page.screenshot({ path: join(RESULTS, 'projector-away.png') })
    // The picture stays as it was.
    expect((await corners(page))[0]).toEqual([128, 0])
    await box.start()
    await expect(page.locator('main')).toHaveAttribute('data-link', 'open', { timeout: 40_000 })
    await expect(page.getByTestId('away')).toHaveCount(0)
    await expect.poll(async () => (await corners(page))[0]).toEqual([128, 0])
    await expect.poll(async () => (await calibration(box)).outputs).toContain('main')
    expect(complaints).toEqual([])
  } finally {
    await browser.close()
    await box.remove()
  }
})
