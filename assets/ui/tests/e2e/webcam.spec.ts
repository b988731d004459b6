/** This browser's webcam as the box's camera: Chromium's fake device, fed from a clip. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import type { Page } from '@playwright/test'
import { RESULTS, type Box } from './box'
import { expect, expectFrames, launchWhole, openLive, test, watch } from './test'

const RATE_FPS = 30
const CLIP_S = 16
const HEADER_BYTES = 32

interface Recorded {
  capturedUs: number
  jpeg: Buffer
}

/** The pictures that the box sends to the page, as they come over its own socket. */
async function record(page: Page, box: Box, seconds: number): Promise<Recorded[]> {
  const frames: Recorded[] = []
  page.on('websocket', (ws) =>
    ws.on('framereceived', ({ payload }) => {
      if (typeof payload === 'string') return
      frames.push({
        capturedUs: Number(payload.readBigUInt64LE(16)),
        jpeg: payload.subarray(HEADER_BYTES),
      })
    }),
  )
  await openLive(page, box)
  const length = () =>
    frames.length < 2 ? 0 : ((frames.at(-1)?.capturedUs ?? 0) - (frames[0]?.capturedUs ?? 0)) / 1e6
  await expect
    .poll(length, { timeout: 90_000, message: 'seconds of pictures' })
    .toBeGreaterThan(seconds)
  return frames
}

/**
 * A clip as Chromium's fake camera takes it: 4:2:0 JPEGs one after another, which it plays at 30 a second
 * (4:4:4 would give a frozen picture, silently). The browser itself recodes them.
 */
async function toClip(page: Page, jpegs: Buffer[]): Promise<Buffer> {
  await page.evaluate(() => {
    const w = window as unknown as { recode: (base64: string) => Promise<string> }
    w.recode = async (base64) => {
      const bytes = Uint8Array.from(atob(base64), (c) => c.charCodeAt(0))
      const bitmap = await createImageBitmap(new Blob([bytes], { type: 'image/jpeg' }))
      const canvas = new OffscreenCanvas(bitmap.width, bitmap.height)
      canvas.getContext('2d')?.drawImage(bitmap, 0, 0)
      const blob = await canvas.convertToBlob({ type: 'image/jpeg', quality: 0.9 })
      let out = ''
      for (const byte of new Uint8Array(await blob.arrayBuffer())) out += String.fromCharCode(byte)
      return btoa(out)
    }
  })
  const done = new Map<Buffer, Buffer>()
  for (const jpeg of jpegs) {
    if (done.has(jpeg)) continue
    const recoded = await page.evaluate(
      (base64) => (window as unknown as { recode: (b: string) => Promise<string> }).recode(base64),
      jpeg.toString('base64'),
    )
    done.set(jpeg, Buffer.from(recoded, 'base64'))
  }
  return Buffer.concat(jpegs.map((j) => done.get(j) as Buffer))
}

/** At an even rate: for each moment the picture that was the newest then. */
function evenly(frames: Recorded[]): Buffer[] {
  const first = frames[0]?.capturedUs ?? 0
  const last = frames.at(-1)?.capturedUs ?? 0
  const out: Buffer[] = []
  for (let us = first, i = 0; us <= last; us += 1e6 / RATE_FPS) {
    while ((frames[i + 1]?.capturedUs ?? Infinity) <= us) i++
    out.push((frames[i] as Recorded).jpeg)
  }
  return out
}

/** Horizontal and vertical sampling of the first component: 4:2:0 is 2 × 2. */
function sampling(jpeg: Buffer): number {
  for (let i = 2; i < jpeg.length;) {
    const marker = jpeg.readUInt16BE(i)
    if (marker === 0xffc0 || marker === 0xffc2) return jpeg.readUInt8(i + 11)
    i += 2 + jpeg.readUInt16BE(i + 2)
  }
  return 0
}

/** Chooses the webcam in the page of a browser whose camera plays the clip; gives the page to `then`. */
async function withWebcam(
  box: Box,
  clip: string,
  then: (page: Page) => Promise<void>,
): Promise<void> {
  const browser = await launchWhole(
    '--use-fake-device-for-media-stream',
    '--use-fake-ui-for-media-stream',
    `--use-file-for-fake-video-capture=${clip}`,
  )
  try {
    const page = await browser.newPage({ viewport: { width: 1280, height: 800 } })
    const complaints = watch(page, box)
    await openLive(page, box)
    await page.getByTestId('cameras').click()
    await page.getByTestId('webcam-start').click()
    await expect(page.getByText('Sending pictures to the box')).toBeVisible()
    await expect
      .poll(async () => (await box.status()).camera, { timeout: 20_000 })
      .toMatchObject({
        source: 'browser',
        state: 'running',
      })
    await page.keyboard.press('Escape')
    await expectFrames(page)
    // What the log shows from here on comes from the webcam.
    const clear = page.getByRole('button', { name: 'Clear the log' })
    if (await clear.isEnabled()) await clear.click()
    await then(page)

    await page.getByTestId('cameras').click()
    await page.getByTestId('webcam-stop').click()
    await expect(page.getByTestId('webcam-start')).toBeVisible()
    await expect.poll(async () => (await box.status()).camera.source).toBe('demo')
    expect(complaints).toEqual([])
  } finally {
    await browser.close()
  }
}

const inLog = (page: Page) =>
  page
    .getByTestId('log')
    .locator('li')
    .evaluateAll((rows) => [...new Set(rows.map((r) => (r as HTMLElement).dataset.gesture ?? ''))])

test("this browser's webcam: a clip of the demo hand", async ({ page, box }) => {
  test.setTimeout(480_000)
  const frames = await record(page, box, CLIP_S)
  const clip = join(RESULTS, 'webcam.mjpeg')
  mkdirSync(RESULTS, { recursive: true })
  const bytes = await toClip(page, evenly(frames))
  expect(sampling(bytes), 'a clip in 4:2:0').toBe(0x22)
  writeFileSync(clip, bytes)
  await page.close()

  await withWebcam(box, clip, async (page) => {
    await expect
      .poll(async () => (await inLog(page)).length, {
        timeout: 240_000,
        message: 'different gestures from the webcam',
      })
      .toBeGreaterThanOrEqual(3)
    console.log(`from the webcam: ${(await inLog(page)).join(' ')}`)
    await page.screenshot({ path: join(RESULTS, 'webcam-1280.png') })

    // Paused means paused: the browser lets its camera go, and takes it again afterwards.
    await page.getByTestId('pause').click()
    await expect(page.locator('[data-cover=paused]')).toBeVisible()
    await page.getByTestId('cameras').click()
    await expect(page.getByTestId('webcam-start')).toBeVisible()
    await page.keyboard.press('Escape')
    await page.getByTestId('pause').click()
    await expect(page.getByTestId('camera-words')).toHaveText('Camera on')
    await expectFrames(page)
  })
})

test("this browser's webcam: a clip of a real hand", async ({ page, box }) => {
  test.setTimeout(300_000)
  const shared = process.env.DIXI_SHARED ?? resolve(import.meta.dirname, '../../../../../shared')
  const source = join(shared, 'data/hands/clips/c04_thumbup_dark.mjpeg')
  if (!existsSync(source)) {
    console.log(`SKIPPED: the webcam with a real hand, for ${source} is not there`)
    test.skip()
  }
  const all = readFileSync(source)
  const jpegs: Buffer[] = []
  const START = Buffer.from([0xff, 0xd8, 0xff])
  for (let at = all.indexOf(START); at >= 0;) {
    const next = all.indexOf(START, at + 3)
    jpegs.push(all.subarray(at, next < 0 ? all.length : next))
    at = next
  }
  await page.goto(box.url)
  // The clip has 15 pictures a second: each is shown twice.
  const clip = join(RESULTS, 'webcam-real.mjpeg')
  mkdirSync(RESULTS, { recursive: true })
  writeFileSync(
    clip,
    await toClip(
      page,
      jpegs.flatMap((j) => [j, j]),
    ),
  )
  await page.close()
  await withWebcam(box, clip, async (page) => {
    await expect.poll(() => inLog(page), { timeout: 180_000 }).toContain('thumb_up')
    // A real person is in it: the screenshot keeps the skeleton only.
    await page.getByRole('button', { name: 'Picture' }).click()
    await expect(page.locator('canvas.picture')).toBeHidden()
    await page.screenshot({ path: join(RESULTS, 'webcam-real-1280.png') })
  })
})

test('a refused webcam is explained', async ({ chromium, box }) => {
  // No fake camera and no permission: the browser says no.
  const page = await chromium.newPage()
  await openLive(page, box)
  await page.getByTestId('cameras').click()
  await page.getByTestId('webcam-start').click()
  await expect(page.getByRole('alert')).toContainText(/webcam/i)
  await expect(page.getByTestId('webcam-start')).toBeVisible()
  await page.close()
})
