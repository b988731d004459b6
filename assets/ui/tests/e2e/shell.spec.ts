/** What stands around the pages: the ways between them, the palette, the welcome, both languages. */
import { join } from 'node:path'
import type { Browser, Page } from '@playwright/test'
import { Box, RESULTS } from './box'
import { tell } from './scene'
import { expect, test, watch } from './test'

const PAGES = ['Canvas', 'Chat', 'Gestures', 'Camera', 'Scenes', 'Settings', 'Status'] as const

async function setting(box: Box, key: string): Promise<unknown> {
  const all = (await (await fetch(`${box.url}/api/v1/settings`)).json()) as {
    key: string
    value: unknown
  }[]
  return all.find((s) => s.key === key)?.value
}

test('the keyboard alone goes to every page and gives a command', async ({
  page,
  box,
  complaints,
}) => {
  // Another test may have left it paused.
  await tell(box, { command: 'resume_camera' })
  await expect.poll(async () => (await box.status()).camera.state).toBe('running')
  await page.goto(`${box.url}/#/status`)
  await expect(page.getByTestId('health')).toBeVisible()
  for (const [i, name] of PAGES.entries()) {
    await page.keyboard.press(String(i + 1))
    await expect(page.getByRole('link', { name, exact: true })).toHaveAttribute(
      'aria-current',
      'page',
    )
    await expect(page).toHaveTitle(`${name} · Dixi`)
    // The chat's page is headed by the conversation.
    const heading = name === 'Chat' ? 'New conversation' : name
    await expect(page.getByRole('heading', { level: 1 })).toHaveText(heading)
    // Who comes to the chat wants to write; Escape gives the keys back.
    if (name === 'Chat') {
      await expect(page.getByRole('textbox', { name: 'Your question' })).toBeFocused()
      await page.keyboard.press('Escape')
    }
  }

  await page.keyboard.press('Control+k')
  const field = page.getByRole('combobox', { name: 'What should be done?' })
  await expect(field).toBeFocused()
  await page.keyboard.type('pause cam')
  await expect(page.getByRole('option', { selected: true })).toContainText('Pause the camera')
  await page.keyboard.press('Enter')
  await expect(field).toBeHidden()
  await expect.poll(async () => (await box.status()).camera.state).toBe('paused')
  // What the key means is by what the page shows.
  await expect(page.getByRole('button', { name: /Camera paused/ }).first()).toBeVisible()
  await page.keyboard.press('p')
  await expect.poll(async () => (await box.status()).camera.state).toBe('running')

  // What a command needs to know is asked in place; Escape goes back, then out.
  await page.keyboard.press('Control+k')
  await page.keyboard.type('new scene')
  await page.keyboard.press('Enter')
  await expect(page.getByRole('dialog').getByRole('textbox')).toBeFocused()
  await page.keyboard.press('Escape')
  await expect(field).toBeFocused()
  await page.keyboard.press('Enter')
  await page.keyboard.type('Made by keys')
  await page.keyboard.press('Enter')
  await expect(page.getByRole('dialog')).toBeHidden()
  await page.keyboard.press('5')
  await expect(page.getByText('Made by keys').first()).toBeVisible()

  // Arrow keys go round, and what is chosen is told to whoever cannot see it.
  await page.keyboard.press('Control+k')
  await expect(field, 'after a command that asked for more').toBeFocused()
  await page.keyboard.press('ArrowUp')
  const last = page.getByRole('option').last()
  await expect(last).toHaveAttribute('aria-selected', 'true')
  expect(await field.getAttribute('aria-activedescendant')).toBe(await last.getAttribute('id'))
  await page.keyboard.press('Escape')
  await expect(field).toBeHidden()
  expect(complaints).toEqual([])
})

async function germanPhone(chromium: Browser): Promise<Page> {
  const context = await chromium.newContext({
    locale: 'de-CH',
    viewport: { width: 360, height: 780 },
    reducedMotion: 'reduce',
  })
  return context.newPage()
}

test('a telephone in German has German pages that fit', async ({ chromium, box }) => {
  const page = await germanPhone(chromium)
  const complaints = watch(page, box)
  await page.goto(`${box.url}/#/`)
  for (const name of ['Leinwand', 'Gesten', 'Kamera', 'Szenen', 'Einstellungen', 'Status']) {
    await page.getByRole('navigation', { name: 'Seiten' }).getByRole('link', { name }).click()
    await expect(page.getByRole('heading', { level: 1, name })).toBeAttached()
    const overflow = await page.evaluate(
      () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
    )
    expect(overflow, `${name}: sideways scrolling`).toBeLessThanOrEqual(0)
    await page.screenshot({ path: join(RESULTS, `de-360-${name}.png`) })
  }
  expect(await page.evaluate(() => document.documentElement.lang)).toBe('de')

  // Every setting has its German; and the language changes at once, without a reload.
  await page.getByRole('link', { name: 'Einstellungen' }).click()
  await page.getByRole('searchbox').fill('gespiegelt')
  await expect(page.locator('[data-key="view.mirrored"]')).toContainText('wie in einem Spiegel')
  await page.getByRole('searchbox').fill('')
  await page.locator('[data-pref=language] select').selectOption('en')
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Settings')
  expect(await page.evaluate(() => document.documentElement.lang)).toBe('en')
  expect(complaints).toEqual([])
  await page.context().close()
})

test('the welcome leads through four steps, once', async ({ chromium }) => {
  test.setTimeout(240_000)
  const box = await new Box().start('demo', false)
  try {
    const page = await chromium.newPage({ reducedMotion: 'reduce' })
    const complaints = watch(page, box)
    await page.goto(`${box.url}/`)
    const welcome = page.getByTestId('welcome')
    await expect(welcome.getByRole('heading', { name: 'Whose box is this?' })).toBeFocused()
    await expect(welcome).toContainText('this machine only')
    await welcome.getByLabel('Name of the box').fill('Kitchen')
    await welcome.getByTestId('welcome-next').click()
    await expect.poll(() => setting(box, 'ui.box_name')).toBe('Kitchen')
    await expect(welcome.getByRole('heading', { name: 'Can it see you?' })).toBeFocused()
    await expect(welcome.getByTestId('overlay')).toBeVisible()
    await welcome.getByTestId('welcome-next').click()
    // Really seen: the demo hand comes by all three.
    await expect(welcome.locator('[data-try=open_palm]')).toHaveAttribute('data-seen', 'true', {
      timeout: 150_000,
    })
    await welcome.getByTestId('welcome-next').click()
    await expect(welcome.getByTestId('welcome-ollama')).toContainText(
      /Ollama does not answer at|Ollama \S+ answers at/,
    )
    await welcome.getByTestId('welcome-done').click()
    await expect(welcome).toBeHidden()
    await expect.poll(() => setting(box, 'ui.welcomed')).toBe(true)
    await expect(page).toHaveTitle('Canvas · Kitchen')
    await page.reload()
    await expect(page).toHaveTitle('Canvas · Kitchen')
    await expect(welcome).toBeHidden()
    expect(complaints).toEqual([])
    await page.close()
  } finally {
    await box.remove()
  }
})

test('it can be installed: manifest, icons and their types', async ({ page, box, complaints }) => {
  await page.goto(`${box.url}/#/status`)
  const href = await page.locator('link[rel=manifest]').getAttribute('href')
  const answer = await fetch(`${box.url}${href}`)
  expect(answer.headers.get('content-type')).toMatch(/^application\/manifest\+json/)
  const manifest = (await answer.json()) as {
    icons: { src: string; sizes: string; type: string; purpose?: string }[]
  }
  for (const icon of manifest.icons) {
    const image = await fetch(`${box.url}${icon.src}`)
    expect(image.headers.get('content-type'), icon.src).toBe(icon.type)
    if (icon.type !== 'image/png') continue
    const png = new DataView(await image.arrayBuffer())
    // Width and height stand in the PNG's first chunk.
    expect(`${png.getUint32(16)}x${png.getUint32(20)}`, icon.src).toBe(icon.sizes)
  }
  expect(manifest.icons.some((i) => i.purpose === 'maskable')).toBe(true)
  expect(complaints).toEqual([])
})
