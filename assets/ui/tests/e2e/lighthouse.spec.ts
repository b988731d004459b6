/** Lighthouse's accessibility and best practices, on every page: at least 95 of 100. */
import { execFile } from 'node:child_process'
import { resolve } from 'node:path'
import { promisify } from 'node:util'
import type { Result } from 'lighthouse'
import { tell } from './scene'
import { expect, FLAGS, HEADLESS, test } from './test'

const PAGES = [
  '',
  'chat',
  'gestures',
  'gestures/bindings',
  'camera',
  'scenes',
  'settings',
  'status',
]
const LEAST = 0.95
const LIGHTHOUSE = resolve(import.meta.dirname, '../../node_modules/.bin/lighthouse')

/**
 * Lighthouse's report of a page. In a process of its own, with a browser of its own: where a page took
 * too long to be quiet, Lighthouse still asks for that when its browser is gone, and nobody hears the answer.
 */
async function judged(url: string): Promise<Result> {
  const { stdout } = await promisify(execFile)(
    LIGHTHOUSE,
    [
      url,
      '--quiet',
      '--output=json',
      '--only-categories=accessibility,best-practices',
      '--form-factor=desktop',
      '--screenEmulation.disabled',
      '--throttling-method=provided',
      '--disable-full-page-screenshot',
      '--max-wait-for-load=10000',
      '--no-enable-error-reporting',
      `--chrome-flags=${['--headless', ...FLAGS].join(' ')}`,
    ],
    {
      env: {
        ...process.env,
        CHROME_PATH: HEADLESS,
        NODE_OPTIONS: '--unhandled-rejections=warn',
      },
      maxBuffer: 64 << 20,
    },
  )
  return JSON.parse(stdout) as Result
}

test('Lighthouse finds every page accessible and well made', async ({ box }) => {
  test.setTimeout(600_000)
  // With pictures coming, the page is never as quiet as Lighthouse waits for it to be.
  await tell(box, { command: 'pause_camera' })
  for (const page of [...PAGES.map((p) => `#/${p}`), 'projector']) {
    const report = await judged(`${box.url}/${page}`)
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
