/** Lighthouse's accessibility and best practices, on every page: at least 95 of 100. */
import { launch } from 'chrome-launcher'
import { tell } from './scene'
import { CHROMIUM, expect, FLAGS, test } from './test'

const PAGES = ['', 'gestures', 'gestures/bindings', 'camera', 'scenes', 'settings', 'status']
const LEAST = 0.95

/** Lighthouse's report of a page, from a browser of its own, which nobody else steers. */
async function judged(url: string) {
  const { default: lighthouse } = await import('lighthouse')
  const browser = await launch({
    ...(CHROMIUM && { chromePath: CHROMIUM }),
    chromeFlags: ['--headless', ...FLAGS],
    logLevel: 'error',
  })
  try {
    const result = await lighthouse(url, {
      port: browser.port,
      logLevel: 'error',
      output: 'json',
      onlyCategories: ['accessibility', 'best-practices'],
      formFactor: 'desktop',
      screenEmulation: { disabled: true },
      throttlingMethod: 'provided',
      disableFullPageScreenshot: true,
      maxWaitForLoad: 15_000,
    })
    return result?.lhr
  } finally {
    browser.kill()
  }
}

/** Lighthouse loses its browser now and then, which says nothing about the page: it gets another one. */
async function judgedTwiceAtMost(url: string) {
  try {
    return await judged(url)
  } catch (e) {
    console.log(`Lighthouse broke off (${String(e)}): once more`)
    return judged(url)
  }
}

test('Lighthouse finds every page accessible and well made', async ({ box }) => {
  test.setTimeout(400_000)
  // With pictures coming, the page is never as quiet as Lighthouse waits for it to be.
  await tell(box, { command: 'pause_camera' })
  for (const page of [...PAGES.map((p) => `#/${p}`), 'projector']) {
    const report = await judgedTwiceAtMost(`${box.url}/${page}`)
    const scores = Object.values(report?.categories ?? {}).map((c) => [c.id, c.score] as const)
    const failed = Object.values(report?.audits ?? {})
      .filter((a) => a.score !== null && a.score < 0.9 && a.scoreDisplayMode === 'binary')
      .map((a) => a.id)
    console.log(`${page || 'canvas'}: ${scores.map(([id, s]) => `${id} ${s}`).join(', ')}`)
    expect(scores).toHaveLength(2)
    for (const [id, score] of scores)
      expect(score, `${page}: ${id}; ${failed.join(', ')}`).toBeGreaterThanOrEqual(LEAST)
  }
})
