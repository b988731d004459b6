/** What every test here has: the system's Chromium, a page, and proof that the page stayed clean. */
import { existsSync } from 'node:fs'
import {
  chromium,
  expect,
  test as base,
  type Browser,
  type BrowserContext,
  type Page,
} from '@playwright/test'
import { Box } from './box'

const present = (...paths: (string | undefined)[]) => paths.find((path) => path && existsSync(path))

/** The browser people have, with windows. */
const CHROMIUM = present(
  process.env.CHROMIUM,
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
)
/** The same engine without windows: half the work, so it is what most tests use. */
export const HEADLESS =
  present(process.env.CHROMIUM, '/usr/bin/chromium-headless-shell') ?? CHROMIUM

export const FLAGS = [
  '--no-sandbox',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

/** What the content policy kept from happening, on any page of any browser that tests here opened. */
const forbidden: string[] = []
/** The same, and forgets it: for the test that such things are noticed. */
export const takeForbidden = (): string[] => forbidden.splice(0)

function guard(context: BrowserContext): BrowserContext {
  context.on('console', (m) => {
    if (/content security policy/i.test(m.text()))
      forbidden.push(`${m.location().url}: ${m.text()}`)
  })
  return context
}

/** Every page of such a browser is under guard, however a test opens it. */
function guarded(browser: Browser): Browser {
  const [newContext, newPage] = [browser.newContext.bind(browser), browser.newPage.bind(browser)]
  browser.newContext = async (...how) => guard(await newContext(...how))
  browser.newPage = async (...how) => {
    const page = await newPage(...how)
    guard(page.context())
    return page
  }
  return browser
}

async function started(executablePath: string | undefined, more: string[]): Promise<Browser> {
  if (!executablePath) throw new Error('no Chromium here: apt install chromium, or set CHROMIUM')
  return guarded(await chromium.launch({ executablePath, args: [...FLAGS, ...more] }))
}

export const launch = (...more: string[]): Promise<Browser> => started(HEADLESS, more)
/** For what only a browser with windows does. */
export const launchWhole = (...more: string[]): Promise<Browser> => started(CHROMIUM, more)

/** Notes every complaint of the browser (above all of the content policy) and every request elsewhere. */
export function watch(page: Page, box: Box): string[] {
  const complaints: string[] = []
  page.on('console', (m) => {
    // A box that was killed on purpose leaves failed connections behind, and one that is just
    // starting says 503 about its health.
    const expected =
      /ERR_CONNECTION|WebSocket connection/.test(m.text()) ||
      m.location().url.endsWith('/api/health/ready')
    if (m.type() === 'error' && !expected) complaints.push(m.text())
  })
  page.on('pageerror', (e) => complaints.push(e.message))
  page.on('request', (r) => {
    if (/^https?:/.test(r.url()) && !r.url().startsWith(box.url))
      complaints.push(`asked ${r.url()}`)
  })
  return complaints
}

interface Fixtures {
  /** Checks itself, in every test. */
  policy: null
  complaints: string[]
}
interface WorkerFixtures {
  box: Box
  chromium: Browser
}

export const test = base.extend<Fixtures & { page: Page }, WorkerFixtures>({
  box: [
    async ({}, use) => {
      const box = await new Box().start()
      await use(box)
      await box.remove()
    },
    { scope: 'worker' },
  ],
  chromium: [
    async ({}, use) => {
      const browser = await launch()
      await use(browser)
      await browser.close()
    },
    { scope: 'worker' },
  ],
  page: async ({ chromium: browser }, use) => {
    const context = await browser.newContext({ viewport: { width: 1280, height: 800 } })
    await use(await context.newPage())
    await context.close()
  },
  policy: [
    async ({}, use) => {
      takeForbidden()
      await use(null)
      expect(takeForbidden(), 'the content policy was violated').toEqual([])
    },
    { auto: true },
  ],
  complaints: async ({ page, box }, use) => {
    const complaints = watch(page, box)
    await use(complaints)
    expect(complaints, 'complaints of the browser').toEqual([])
  },
})

/** Opens the page and waits until a picture with its numbers is on the screen. */
export async function openLive(page: Page, box: Box): Promise<void> {
  // The box is shared by a file's tests and those after it: one may have left the camera paused.
  await fetch(`${box.url}/api/v1/command`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '{"command":"resume_camera"}',
  })
  await page.goto(`${box.url}/#/camera`)
  await expect(page.getByTestId('camera-words')).toHaveText('Camera on')
  await expectFrames(page)
}

/** Pictures go on: the number of the one on the screen grows. */
export async function expectFrames(page: Page): Promise<void> {
  const seq = async () => Number(await page.getByTestId('overlay').getAttribute('data-seq'))
  const before = await seq()
  await expect.poll(seq, { message: 'frames on the screen' }).toBeGreaterThan(before)
}

/** Names of the gestures of a family that the gallery counts as made. */
export async function made(page: Page, family = ''): Promise<string[]> {
  return page
    .locator(`.gallery ul${family ? `.${family}` : ''} [data-gesture]:not([data-count="0"])`)
    .evaluateAll((tiles) => tiles.map((t) => (t as HTMLElement).dataset.gesture ?? ''))
}

export { expect }
