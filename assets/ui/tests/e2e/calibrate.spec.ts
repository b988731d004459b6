/**
 * Calibrating in the browser with a camera that the test steers: a hand that really points and is really
 * seen by the networks, and markers that the projector's page really shows.
 */
import { join } from 'node:path'
import type { Page } from '@playwright/test'
import type { CalibrationState, Command, Observation } from '../../src/lib/api/types'
import { RESULTS, Box } from './box'
import { Feed, shot, type Before } from './feed'
import { expect, launch, openLive, test, watch } from './test'

type Point = [number, number]

/** Where the tests' surface is in the camera's picture: seen a little from the side. */
const SURFACE: [Point, Point, Point, Point] = [
  [0.2, 0.2],
  [0.82, 0.16],
  [0.78, 0.84],
  [0.24, 0.78],
]
const HEADER_BYTES = 32

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

/** From the surface to the camera's picture (Heckbert 1989, 2.2.3). */
function onSurface([u, v]: Point): Point {
  const [[x0, y0], [x1, y1], [x2, y2], [x3, y3]] = SURFACE
  const [dx1, dy1, dx2, dy2] = [x1 - x2, y1 - y2, x3 - x2, y3 - y2]
  const [sx, sy] = [x0 - x1 + x2 - x3, y0 - y1 + y2 - y3]
  const det = dx1 * dy2 - dx2 * dy1
  const [g, h] = [(sx * dy2 - dx2 * sy) / det, (dx1 * sy - sx * dy1) / det]
  const w = g * u + h * v + 1
  return [
    ((x1 - x0 + g * x1) * u + (x3 - x0 + h * x3) * v + x0) / w,
    ((y1 - y0 + g * y1) * u + (y3 - y0 + h * y3) * v + y0) / w,
  ]
}

interface Pointing {
  jpeg: Buffer
  /** Where its fingertip is, 0..1 of the picture. */
  tip: Point
}

/** A picture of the demo hand that points upwards, alone, as the box itself sends it. */
async function pointingHand(page: Page, box: Box): Promise<Pointing> {
  const pictures = new Map<number, Buffer>()
  let found: Pointing | null = null
  page.on('websocket', (ws) =>
    ws.on('framereceived', ({ payload }) => {
      if (typeof payload !== 'string') {
        pictures.set(Number(payload.readBigUInt64LE(8)), payload.subarray(HEADER_BYTES))
        for (const old of [...pictures.keys()].slice(0, -40)) pictures.delete(old)
        return
      }
      const m = JSON.parse(payload) as { type: string } & Observation
      if (found || m.type !== 'observation' || m.hands.length !== 1) return
      const [hand] = m.hands
      const jpeg = pictures.get(m.seq)
      if (!hand || !jpeg || hand.gesture.name !== 'pointing_up') return
      const [x, y] = hand.landmarks[8] as unknown as Point
      if (hand.gesture.confidence > 0.9 && y < 0.6) found = { jpeg: Buffer.from(jpeg), tip: [x, y] }
    }),
  )
  await openLive(page, box)
  await expect
    .poll(() => found !== null, { timeout: 120_000, message: 'a demo hand that points' })
    .toBe(true)
  return found as unknown as Pointing
}

/** The hand with its fingertip there, at half its size: the rest of its picture is the room's wall. */
function handAt({ jpeg, tip }: Pointing, [x, y]: Point, size = 0.5): Before {
  const [left, top] = [x - tip[0] * size, y - tip[1] * size]
  return {
    picture: jpeg,
    corners: [
      [left, top],
      [left + size, top],
      [left + size, top + size],
      [left, top + size],
    ],
  }
}

test('pointing: targets one after the other, Escape stops, the result is told, tried and kept; a moved camera is noticed', async () => {
  test.setTimeout(420_000)
  const box = await new Box().start('demo')
  const browser = await launch()
  let feed: Feed | undefined
  try {
    const page = await browser.newPage({ viewport: { width: 1440, height: 900 } })
    const complaints = watch(page, box)
    const hand = await pointingHand(page, box)
    // What the hand points at is the projector's page.
    const output = await browser.newPage({ viewport: { width: 1280, height: 720 } })
    await output.goto(`${box.url}/projector`)
    await expect(output.locator('main')).toHaveAttribute('data-link', 'open')

    const empty = await shot(page, [])
    feed = await Feed.start(empty)
    await tell(box, { command: 'select_camera', source: feed.source })
    await expect.poll(async () => (await box.status()).camera.state).toBe('running')
    await page.goto(`${box.url}/#/calibration`)

    // Escape stops it, and nothing has changed.
    const start = page.getByRole('button', { name: 'Start: By pointing' })
    await start.click()
    const attempt = page.locator('.attempt')
    await expect(attempt).toHaveAttribute('data-step', 'point')
    await expect(attempt).toContainText('No hand is seen.')
    await page.keyboard.press('Escape')
    await expect(attempt).toHaveCount(0)
    await expect(page.getByTestId('toast')).toContainText('stopped')
    expect((await calibration(box)).running).toBeUndefined()

    await start.click()
    const targets: Point[] = []
    for (let i = 0; i < 5; i++) {
      await expect
        .poll(async () => {
          const { running } = await calibration(box)
          return `${running?.step} ${running?.target}`
        })
        .toBe(`point ${i}`)
      const at = (await calibration(box)).running?.at as Point
      targets.push(at)
      // The output shows it where the box says.
      const said = output.locator('p.say')
      await expect(said).toHaveText('Point here and hold still')
      const shown = (await said.evaluate((el) => [
        parseFloat((el as HTMLElement).style.left) / 100,
        parseFloat((el as HTMLElement).style.top) / 100,
      ])) as Point
      expect(Math.hypot(shown[0] - at[0], shown[1] - at[1])).toBeLessThan(0.001)
      await expect(page.locator('.targets .done')).toHaveCount(i)
      feed.show(await shot(page, [handAt(hand, onSurface(at))]))
      if (i === 0) {
        // Holding is shown while it goes on.
        await expect
          .poll(() => attempt.locator('progress').evaluate((p) => (p as HTMLProgressElement).value))
          .toBeGreaterThan(0.1)
        await page.screenshot({ path: join(RESULTS, 'calibrate-pointing.png') })
        await output.screenshot({ path: join(RESULTS, 'calibrate-target.png') })
      }
      await expect
        .poll(async () => (await calibration(box)).running?.step, { timeout: 60_000 })
        .toMatch(/leave|confirm/)
      feed.show(empty)
    }
    // Five places, all different, the last in the middle.
    expect(new Set(targets.map(String)).size).toBe(5)
    expect(targets[4]).toEqual([0.5, 0.5])

    await expect(page.getByRole('heading', { name: 'Does it fit?' })).toBeFocused()
    const error = page.getByTestId('measured-error')
    await expect(error).toContainText(/\d\.\d+\s?% of the width/)
    const { running } = await calibration(box)
    expect(running?.result?.error_percent).toBeLessThan(3)
    console.log(`pointing in the browser: measured error ${running?.result?.error_percent} %`)
    running?.result?.corners.forEach(([x, y], i) => {
      const [wx, wy] = SURFACE[i] as Point
      expect(Math.hypot(x - wx, y - wy), `corner ${i}`).toBeLessThan(0.06)
    })
    await page.screenshot({ path: join(RESULTS, 'calibrate-result.png') })
    // Refused once, and nothing is kept.
    await page.getByRole('button', { name: 'Discard' }).click()
    await expect(page.getByTestId('not-calibrated')).toBeVisible()
    expect((await calibration(box)).used).toBeUndefined()

    // By dragging corners there is no measured error, and none is claimed.
    await page.getByRole('button', { name: 'Start: By dragging corners' }).click()
    await page.getByRole('button', { name: 'Use these corners' }).click()
    await expect(page.getByTestId('measured-error')).toContainText('not measured')
    await page.getByRole('button', { name: 'Keep it' }).click()
    await expect(page.getByTestId('used-error')).toHaveText('not measured')

    // The camera is pushed aside: it is said, with one thing to do; put back, it is not said any more.
    const moved = page.locator('[data-problem=moved]')
    await expect(moved).toHaveCount(0)
    await box.heard(/from now on a moved camera is noticed/)
    feed.show(await shot(page, [], [0.05, 0.02]))
    await expect(moved).toBeVisible({ timeout: 60_000 })
    await expect(moved).toContainText('The camera has moved')
    await page.screenshot({ path: join(RESULTS, 'camera-moved.png') })
    feed.show(empty)
    await expect(moved).toHaveCount(0, { timeout: 60_000 })
    expect(complaints).toEqual([])
  } finally {
    await feed?.stop()
    await browser.close()
    await box.remove()
  }
})

test('automatically: the markers of the projector’s page are found, and the error is measured', async () => {
  test.setTimeout(240_000)
  const box = await new Box().start('demo')
  const browser = await launch()
  let feed: Feed | undefined
  try {
    const page = await browser.newPage({ viewport: { width: 1440, height: 900 } })
    const output = await browser.newPage({ viewport: { width: 1280, height: 720 } })
    await output.goto(`${box.url}/projector`)
    await expect(output.locator('main')).toHaveAttribute('data-link', 'open')
    await page.goto(`${box.url}/#/calibration`)
    const empty = await shot(page, [])
    feed = await Feed.start(empty)
    await tell(box, { command: 'select_camera', source: feed.source })
    await expect.poll(async () => (await box.status()).camera.state).toBe('running')

    await page.getByRole('button', { name: 'Start: Automatically' }).click()
    await expect(output.getByTestId('markers')).toBeVisible()
    await expect(page.getByTestId('found-markers')).toContainText('0 of 12')
    feed.show(await shot(page, [{ picture: await output.screenshot(), corners: SURFACE }]))
    await expect(page.getByRole('heading', { name: 'Does it fit?' })).toBeVisible({
      timeout: 60_000,
    })
    await expect(output.getByTestId('markers')).toHaveCount(0)
    const { result } = (await calibration(box)).running ?? {}
    console.log(`markers in the browser: measured error ${result?.error_percent} %`)
    expect(result?.error_percent).toBeLessThan(0.3)
    result?.corners.forEach(([x, y], i) => {
      const [wx, wy] = SURFACE[i] as Point
      expect(Math.hypot(x - wx, y - wy), `corner ${i}`).toBeLessThan(0.006)
    })
    await page.getByRole('button', { name: 'Keep it' }).click()
    await expect(page.getByTestId('used-error')).toContainText('% of the width')
    await expect.poll(async () => (await calibration(box)).used?.method).toBe('markers')
    feed.show(empty)

    // Nothing is found: after its patience it is said why, in the reader's language.
    const german = await browser.newPage({
      locale: 'de-DE',
      viewport: { width: 1440, height: 900 },
    })
    await german.goto(`${box.url}/#/calibration`)
    await german.getByRole('button', { name: 'Beginnen: Automatisch' }).click()
    const failed = german.getByTestId('calibration-failed')
    await expect(failed).toContainText('Kein Marker wurde gefunden.', { timeout: 60_000 })
    await german.screenshot({ path: join(RESULTS, 'calibrate-failed-de.png') })
    // What was there before is still there.
    expect((await calibration(box)).used?.method).toBe('markers')
  } finally {
    await feed?.stop()
    await browser.close()
    await box.remove()
  }
})
