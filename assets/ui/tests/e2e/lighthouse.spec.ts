/** Lighthouse's accessibility and best practices, on every page: at least 95 of 100. */
import type { AddressInfo } from 'node:net'
import { createServer } from 'node:net'
import { tell } from './scene'
import { expect, launch, test } from './test'

const PAGES = ['', 'gestures', 'gestures/bindings', 'camera', 'scenes', 'settings', 'status']
const LEAST = 0.95

async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  const { port } = server.address() as AddressInfo
  await new Promise((done) => server.close(done))
  return port
}

/** Lighthouse's report of a page, from a browser of its own. */
async function judged(url: string) {
  const { default: lighthouse } = await import('lighthouse')
  const port = await freePort()
  const browser = await launch(`--remote-debugging-port=${port}`)
  try {
    const result = await lighthouse(url, {
      port,
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
    await browser.close()
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
