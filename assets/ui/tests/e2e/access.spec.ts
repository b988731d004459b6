/** For everyone: no axe violation anywhere, nothing that only a mouse can do, nothing that overflows. */
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import type { Page } from '@playwright/test'
import { RESULTS } from './box'
import { expect, openLive, test } from './test'

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

async function violations(page: Page): Promise<string[]> {
  // Evaluated by the test, not loaded by the page: the content policy stays as it is.
  await page.evaluate(AXE)
  return page.evaluate(async () => {
    const axe = (window as unknown as { axe: typeof import('axe-core') }).axe
    const found = await axe.run(document)
    return found.violations.flatMap((v) =>
      v.nodes.map((n) => `${v.id} (${v.impact}): ${n.target.join(' ')} ${n.failureSummary ?? ''}`),
    )
  })
}

const SIZES = { '360': [360, 740], '1280': [1280, 800], '1920': [1920, 1080] } as const
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

for (const scheme of ['dark', 'light'] as const) {
  for (const [name, [width, height]] of Object.entries(SIZES)) {
    test(`nothing for axe to say, ${scheme}, ${name} px`, async ({ chromium, box }) => {
      const page = await chromium.newPage({
        viewport: { width, height },
        colorScheme: scheme,
        // Colours are judged as they are, not on their way.
        reducedMotion: 'reduce',
      })
      for (const [place, go] of Object.entries(PLACES)) {
        await openLive(page, box)
        // With something lit and something in the log.
        await expect(page.getByTestId('log').locator('li').first()).toBeVisible({ timeout: 60_000 })
        await go(page)
        await page.screenshot({
          path: join(RESULTS, `${place}-${name}-${scheme}.png`),
          fullPage: name === '360' && place === 'camera',
        })
        expect(await violations(page), `${place} ${name} ${scheme}`).toEqual([])
        const overflow = await page.evaluate(
          () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
        )
        expect(overflow, `${place} ${name}: sideways scrolling`).toBeLessThanOrEqual(0)
        await page.goto('about:blank')
      }
      await page.close()
    })
  }
}

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
  await page.keyboard.press('5')
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
  await page.keyboard.press('3')
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
