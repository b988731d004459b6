/** For everyone: no axe violation anywhere, nothing that only a mouse can do, nothing that overflows. */
import { join } from 'node:path'
import type { Page } from '@playwright/test'
import { bringAxe, violations } from './axe'
import { RESULTS, type Box } from './box'
import { make, scene, tell } from './scene'
import { expect, openLive, test } from './test'

/**
 * Lets a page be held as it is while it is judged: what comes in live is dropped, but for the answers that
 * keep the line open. A tile that just goes out would have the letters of now on the ground of before.
 */
const HOLD = `
  const Live = WebSocket
  window.WebSocket = class extends Live {
    constructor(...how) {
      super(...how)
      this.addEventListener('message', (e) => {
        const answer = typeof e.data === 'string' && e.data.startsWith('{"type":"pong"')
        if (window.held && !answer) e.stopImmediatePropagation()
      })
    }
  }`

async function hold(page: Page): Promise<void> {
  await page.evaluate(
    () =>
      new Promise((done) => {
        Object.assign(window, { held: true })
        requestAnimationFrame(() => requestAnimationFrame(done))
      }),
  )
}

const SIZES: Record<string, { width: number; height: number }> = {
  '360': { width: 360, height: 780 },
  '1280': { width: 1280, height: 800 },
  '1920': { width: 1920, height: 1080 },
  '3840': { width: 3840, height: 2160 },
}
const PLACES: Record<string, (page: Page) => Promise<void>> = {
  camera: async () => {},
  settings: async (page) => {
    await page.getByRole('link', { name: 'Settings' }).click()
    await expect(page.locator('[data-key="camera.source"]')).toBeVisible()
  },
  cameras: async (page) => {
    await page.getByTestId('cameras').click()
    await expect(page.locator('[data-source=demo]')).toBeVisible()
  },
  canvas: async (page) => {
    await page.goto(new URL('/#/', page.url()).href)
    await expect(page.locator('main.canvas canvas').first()).toBeVisible()
  },
  chat: async (page) => {
    await page.getByRole('link', { name: 'Chat' }).click()
    await expect(page.getByTestId('question-field')).toBeVisible()
  },
  scenes: async (page) => {
    await page.getByRole('link', { name: 'Scenes' }).click()
    await expect(page.getByRole('heading', { name: 'Scenes', level: 1 })).toBeVisible()
  },
  gestures: async (page) => {
    await page.getByRole('link', { name: 'Gestures' }).click()
    await expect(page.locator('[data-gesture=open_palm]').first()).toBeVisible()
  },
  status: async (page) => {
    await page.getByRole('link', { name: 'Status' }).click()
    await expect(page.getByTestId('health')).toHaveAttribute('data-health', 'ok')
  },
  palette: async (page) => {
    await page.keyboard.press('Control+k')
    await expect(page.getByRole('combobox')).toBeFocused()
  },
  welcome: async (page) => {
    await page.keyboard.press('Control+k')
    await page.getByRole('combobox').fill('welcome')
    await page.keyboard.press('Enter')
    await expect(page.getByTestId('welcome')).toBeVisible()
  },
  help: async (page) => {
    await page.keyboard.press('?')
    await expect(page.getByRole('dialog', { name: 'Keyboard' })).toBeVisible()
  },
  speed: async (page) => {
    await page.getByRole('button', { name: /Camera and speed/ }).click()
    await expect(page.locator('#pill-details')).toBeVisible()
  },
}

/** Somebody's scene: every kind of thing, one of them locked, one selected. */
async function furnish(box: Box): Promise<void> {
  await tell(box, { command: 'new_scene', name: 'Furnished' })
  const kinds = ['box', 'sphere', 'cone', 'cylinder', 'torus', 'plane'] as const
  const colours = ['#3d9bff', '#ff8a4c', '#ffc93d', '#8f7bff', '#ff6f91', '#4be3b4']
  const turned = [0.17, 0.26, 0.05, 0.95].map((v) => v / 1.0025) as [number, number, number, number]
  for (const [i, kind] of kinds.entries())
    await make(box, {
      form: { kind },
      position: [-5.6 + i * 2.2, i % 2 ? 1.2 : -0.8, (i % 3) - 1],
      rotation: turned,
      colour: colours[i] as string,
    })
  await make(box, { form: { kind: 'text', text: 'Made by hand' }, position: [5.5, 2.6, 0] })
  await tell(box, { command: 'lock', ids: [(await scene(box)).objects[0]?.id as number] })
}

// A page is loaded once and looked at in every size and both colour schemes: loading is what takes long.
test('nothing for axe to say and nothing wider than the page, everywhere, in every size, light and dark', async ({
  chromium,
  box,
}) => {
  test.setTimeout(420_000)
  await furnish(box)
  // Colours are judged as they are, not on their way.
  const page = await chromium.newPage({ reducedMotion: 'reduce' })
  await page.addInitScript(HOLD)
  for (const [place, go] of Object.entries(PLACES)) {
    await page.setViewportSize(SIZES['1280'] as { width: number; height: number })
    await openLive(page, box)
    // With something lit and something in the log, where those are.
    if (place === 'camera' || place === 'gestures')
      await expect(page.getByTestId('log').locator('li').first()).toBeVisible({ timeout: 60_000 })
    await go(page)
    await hold(page)
    await bringAxe(page)
    for (const [size, viewport] of Object.entries(SIZES)) {
      // The largest is for the canvas, where things are placed by the size; elsewhere it is 1920, larger.
      if (size === '3840' && place !== 'canvas') continue
      await page.setViewportSize(viewport)
      for (const colorScheme of ['dark', 'light'] as const) {
        await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
        const seen = `${place}-${size}-${colorScheme}`
        await page.screenshot({ path: join(RESULTS, `${seen}.png`) })
        expect(await violations(page), seen).toEqual([])
      }
      const overflow = await page.evaluate(
        () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
      )
      expect(overflow, `${place} ${size}: sideways scrolling`).toBeLessThanOrEqual(0)
    }
    await page.goto('about:blank')
  }
  await page.close()
})

/** Pages by their address; what is on them may be long, so only so many stops are made. */
const PAGES = [
  '',
  'gestures',
  'gestures/bindings',
  'camera',
  'calibration',
  'settings/audit',
  'scenes',
  'settings',
  'status',
]
const STOPS = 60

test('Tab goes through every page in its order, shows where it is, and is caught nowhere', async ({
  page,
  box,
}) => {
  // Nothing moves meanwhile.
  await tell(box, { command: 'pause_camera' })
  await tell(box, { command: 'new_scene', name: 'Empty' })
  for (const place of PAGES) {
    // A page of its own, so that Tab begins at the top.
    await page.goto('about:blank')
    await page.goto(`${box.url}/#/${place}`)
    await expect(page.locator('main h1, main h2').first()).toBeAttached()
    await expect(page.getByRole('status').filter({ hasText: 'Loading' })).toHaveCount(0)
    await page.evaluate(() => (document.activeElement as HTMLElement | null)?.blur())
    const seen: string[] = []
    for (let i = 0; i < STOPS; i++) {
      await page.keyboard.press('Tab')
      const at = await page.evaluate(() => {
        const el = document.activeElement as HTMLElement
        if (el === document.body) return null
        const style = getComputedStyle(el)
        const r = el.getBoundingClientRect()
        const all = [...document.querySelectorAll('*')]
        return {
          order: all.indexOf(el),
          name: `${el.tagName} ${el.getAttribute('aria-label') ?? el.innerText ?? ''}`.slice(0, 60),
          named: Boolean(
            el.getAttribute('aria-label') ??
            el.getAttribute('aria-labelledby') ??
            (el as HTMLInputElement).labels?.[0]?.innerText ??
            el.innerText.trim(),
          ),
          tabindex: el.tabIndex,
          ring:
            (style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2) ||
            // Where the ring is on what is seen around an invisible field.
            el.closest('label:has(:focus-visible)') !== null,
          inSight: r.bottom > 0 && r.top < innerHeight && r.right > 0 && r.left < innerWidth,
        }
      })
      // Out of the page again, or round to its beginning where there is no browser around it.
      if (!at || String(at.order) === seen[0]) break
      expect(at.named, `${place}: ${at.name} has no name`).toBe(true)
      expect(at.ring, `${place}: no focus to be seen on ${at.name}`).toBe(true)
      expect(at.inSight, `${place}: ${at.name} has the focus out of sight`).toBe(true)
      expect(at.tabindex, `${place}: ${at.name}`).toBe(0)
      const before = seen.at(-1)
      expect(`${at.order}`, `${place}: caught in ${at.name}`).not.toBe(before)
      expect(at.order, `${place}: ${at.name} is out of order`).toBeGreaterThan(Number(before ?? -1))
      seen.push(String(at.order))
    }
    expect(seen.length, `${place}: stops`).toBeGreaterThan(8)
  }
})

test('the keyboard alone reaches and does everything', async ({ page, box, complaints }) => {
  await openLive(page, box)
  const focused = () =>
    page.evaluate(() => {
      const el = document.activeElement as HTMLElement
      const style = getComputedStyle(el)
      return {
        name: (
          el.getAttribute('aria-label') ??
          (el as HTMLInputElement).labels?.[0]?.innerText ??
          el.innerText
        )
          .trim()
          .replace(/\s+/g, ' '),
        ring: style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2,
      }
    })
  const tabTo = async (name: RegExp) => {
    for (let i = 0; i < 40; i++) {
      await page.keyboard.press('Tab')
      const at = await focused()
      expect(at.name, 'a thing without a name').not.toBe('')
      expect(at.ring, `no focus ring on ${at.name}`).toBe(true)
      if (name.test(at.name)) return
    }
    throw new Error(`Tab never came to ${name}`)
  }

  await page.keyboard.press('Tab')
  expect((await focused()).name).toBe('To the content')
  await page.keyboard.press('Enter')
  await tabTo(/^Pause$/)
  await page.keyboard.press('Enter')
  await expect(page.getByTestId('camera-words')).toHaveText('Camera paused')
  await page.keyboard.press('p')
  await expect(page.getByTestId('camera-words')).toHaveText('Camera on')

  await tabTo(/^Choose a camera/)
  await page.keyboard.press('Enter')
  const dialog = page.getByRole('dialog', { name: 'Choose a camera' })
  await expect(dialog).toBeVisible()
  await expect(page.locator('[data-source=demo]')).toBeVisible()
  // The focus stays inside while it is open, and goes back when it closes.
  for (let i = 0; i < 15; i++) {
    await page.keyboard.press('Tab')
    const outside = await page.evaluate(
      () => document.activeElement !== document.body && !document.activeElement?.closest('dialog'),
    )
    expect(outside).toBe(false)
  }
  await page.keyboard.press('Escape')
  await expect(dialog).toBeHidden()
  expect((await focused()).name).toMatch(/^Choose a camera/)

  const labels = page.getByRole('button', { name: 'Labels' })
  await page.keyboard.press('l')
  await expect(labels).toHaveAttribute('aria-pressed', 'false')
  await page.keyboard.press('l')
  await page.keyboard.press('6')
  await expect(page.getByRole('heading', { name: 'Settings' })).toBeVisible()
  await page.getByRole('searchbox').focus()
  // While someone types, keys are letters.
  await page.keyboard.type('p3')
  await expect(page.getByRole('searchbox')).toHaveValue('p3')
  await expect(page.getByTestId('camera-words')).toHaveText('Camera on')
  await page.keyboard.press('Control+a')
  await page.keyboard.type('mirrored')
  await page.keyboard.press('Tab')
  await tabTo(/.*/)
  await page.locator('[data-key="view.mirrored"] input').focus()
  const before = await page.locator('[data-key="view.mirrored"] input').isChecked()
  await page.keyboard.press('Space')
  await expect(page.locator('[data-key="view.mirrored"] input')).toBeChecked({ checked: !before })
  await page.locator('[data-key="view.mirrored"] input').focus()
  await page.keyboard.press('Space')
  await expect(page.locator('[data-key="view.mirrored"] input')).toBeChecked({ checked: before })
  await page.keyboard.press('?')
  await expect(page.getByRole('dialog', { name: 'Keyboard' })).toBeVisible()
  await page.keyboard.press('Escape')
  await page.keyboard.press('4')
  await expectLive(page)
  expect(complaints).toEqual([])
})

async function expectLive(page: Page): Promise<void> {
  await expect(page.getByTestId('overlay')).toBeVisible()
}

test('less motion is honoured', async ({ chromium, box }) => {
  const page = await chromium.newPage({ reducedMotion: 'reduce' })
  await openLive(page, box)
  const long = await page.evaluate(
    () =>
      document
        .getAnimations()
        .filter((a) => Number(a.effect?.getComputedTiming().endTime ?? 0) > 50).length,
  )
  expect(long).toBe(0)
  await page.close()
})
