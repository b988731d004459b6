/** What many objects cost the page, and how long a hand takes to it: reported, as a timed test would only measure the machine. */
import type { Page } from '@playwright/test'
import { emptyScene, json, open, tell } from './scene'
import { expect, test } from './test'

/** Until the page has drawn so many frames. */
const frames = (page: Page, n: number) =>
  page.evaluate(
    (n) =>
      new Promise<void>((done) => {
        const next = (left: number) =>
          requestAnimationFrame(() => (left > 1 ? next(left - 1) : done()))
        next(n)
      }),
    n,
  )

test('the page’s own work with 500 objects is reported', async ({ chromium, box }) => {
  await emptyScene(box)
  const kinds = ['box', 'sphere', 'cone', 'cylinder', 'torus', 'plane'] as const
  const objects = Array.from({ length: 500 }, (_, i) => ({
    id: i + 1,
    form: { kind: kinds[i % 6] ?? 'box' },
    position: [((i * 7.31) % 14) - 7, ((i * 3.77) % 8) - 4, ((i * 1.93) % 8) - 5],
    rotation: [0, 0, 0, 1],
    scale: [0.5, 0.5, 0.5],
    colour: '#4be3b4',
    label: `Object ${i + 1}`,
    locked: false,
  }))
  const file = { format: 'dixi-scene', version: 1, name: 'Five hundred', objects, pictures: {} }
  const answer = await fetch(`${box.url}/api/v1/scenes`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(file),
  })
  const text = await answer.text()
  expect(answer.ok, text).toBe(true)
  const { scene: made } = JSON.parse(text) as { scene: number }
  await tell(box, { command: 'open_scene', scene: made })
  const page = await chromium.newPage({ viewport: { width: 1280, height: 800 } })
  const stage = await open(page, box)
  await expect(stage).toHaveAttribute('aria-label', /500/)
  await frames(page, 3)
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
    await frames(page, 2)
  }
  const ended = new Promise((done) => cdp.once('Tracing.tracingComplete', done))
  await cdp.send('Tracing.end')
  await ended
  const work = events
    .filter((e) => e.name === 'FireAnimationFrame')
    .map((e) => (e.tdur ?? e.dur ?? 0) / 1000)
    .sort((a, b) => a - b)
  const at = (p: number) => (work[Math.floor((work.length - 1) * p)] ?? NaN).toFixed(2)
  console.log(
    `500 objects, all moved: ${work.length} frames, own work p50 ${at(0.5)} ms, p95 ${at(0.95)} ms, most ${at(1)} ms`,
  )
  expect(work.length).toBeGreaterThan(10)
  await page.close()
})

test('the time from capture to the canvas is in the pill and is reported', async ({
  page,
  box,
  complaints,
}) => {
  await emptyScene(box)
  await tell(box, { command: 'resume_camera' })
  await open(page, box)
  const number = async (id: string) => Number(await page.getByTestId(id).textContent())
  await expect.poll(() => number('screen-p95'), { timeout: 60_000 }).toBeGreaterThan(0)
  const told = async () => {
    type Status = { capture_to_drawn_ms?: { p50: number; p95: number } }
    return (await json<Status>(box, '/api/v1/status')).capture_to_drawn_ms?.p95 ?? 0
  }
  await expect.poll(told, { message: 'the box knows it too' }).toBeGreaterThan(0)
  const [p50 = 0, p95 = 0] = await Promise.all(['screen-p50', 'screen-p95'].map(number))
  console.log(`capture to the canvas, by the pill: p50 ${p50} ms, p95 ${p95} ms`)
  expect(p95).toBeGreaterThanOrEqual(p50)
  expect(complaints).toEqual([])
})
