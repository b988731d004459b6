/** The list of scenes with the real box: by mouse, by keyboard alone, as files, and with bad files. */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Locator, Page } from '@playwright/test'
import { RESULTS, type Box } from './box'
import { expect, test } from './test'

interface List {
  scenes: { id: number; name: string; objects: number }[]
  deleted: { id: number; name: string }[]
}

const list = async (box: Box) => (await (await fetch(`${box.url}/api/v1/scenes`)).json()) as List
const names = async (box: Box) => (await list(box)).scenes.map((s) => s.name)

async function openScenes(page: Page, box: Box): Promise<void> {
  await page.goto(`${box.url}/#/scenes`)
  await expect(page.getByTestId('scenes').locator('li').first()).toBeVisible()
}

const card = (page: Page, name: string): Locator =>
  page
    .getByTestId('scenes')
    .locator('li')
    .filter({ has: page.getByRole('heading', { name, exact: true }) })

async function choose(page: Page, name: string, item: string): Promise<void> {
  await card(page, name).getByTestId('scene-menu').click()
  await page.getByRole('menuitem', { name: item }).click()
}

test('a scene is begun, named, duplicated, deleted and brought back by mouse', async ({
  page,
  box,
  complaints,
}) => {
  await openScenes(page, box)
  const before = await names(box)
  await page.getByRole('button', { name: 'New scene' }).click()
  await expect.poll(async () => (await names(box)).length).toBe(before.length + 1)
  const made = (await names(box)).at(-1) ?? ''
  await expect(card(page, made).getByText('Shown now')).toBeVisible()

  await choose(page, made, 'Rename')
  await page.getByLabel(`New name for ${made}`).fill('Kitchen & “garden”')
  await page.keyboard.press('Enter')
  await expect.poll(() => names(box)).toContain('Kitchen & “garden”')

  await choose(page, 'Kitchen & “garden”', 'Duplicate')
  await expect.poll(async () => (await names(box)).length).toBe(before.length + 2)

  await choose(page, 'Kitchen & “garden”', 'Delete')
  await expect(card(page, 'Kitchen & “garden”')).toHaveCount(0)
  await page.getByTestId('toast').getByRole('button', { name: 'Undo' }).click()
  await expect(card(page, 'Kitchen & “garden”')).toBeVisible()

  // Without the toast: the list of deleted ones brings it back too.
  await choose(page, 'Kitchen & “garden”', 'Delete')
  const gone = page.getByTestId('deleted-scenes')
  await expect(gone.getByText('Kitchen & “garden”', { exact: true })).toBeVisible()
  await page.reload()
  await gone.getByRole('button', { name: 'Bring back: Kitchen & “garden”' }).click()
  await expect.poll(() => names(box)).toContain('Kitchen & “garden”')

  await card(page, before[0] ?? '')
    .locator('.open')
    .click()
  await expect(card(page, before[0] ?? '').getByText('Shown now')).toBeVisible()
  await page.screenshot({ path: join(RESULTS, 'scenes-mouse.png') })
  // The one that is shown leads to the canvas.
  await card(page, before[0] ?? '')
    .locator('.open')
    .click()
  await expect(page).toHaveURL(/#\/$/)
  expect(complaints).toEqual([])
})

test('the same by keyboard alone', async ({ page, box, complaints }) => {
  await openScenes(page, box)
  const before = await names(box)
  const tabTo = async (name: RegExp) => {
    for (let i = 0; i < 80; i++) {
      await page.keyboard.press('Tab')
      const at = await page.evaluate(() => {
        const el = document.activeElement as HTMLElement
        return (el.getAttribute('aria-label') ?? el.innerText).trim().replace(/\s+/g, ' ')
      })
      if (name.test(at)) return
    }
    throw new Error(`Tab never came to ${name}`)
  }
  await tabTo(/^New scene$/)
  await page.keyboard.press('Enter')
  await expect.poll(async () => (await names(box)).length).toBe(before.length + 1)
  const made = (await names(box)).at(-1) ?? ''
  await expect(card(page, made)).toBeVisible()

  await tabTo(new RegExp(`^More for ${made}$`))
  await page.keyboard.press('Enter')
  const menu = page.getByRole('menu')
  await expect(menu).toBeVisible()
  await expect(page.getByRole('menuitem', { name: 'Rename' })).toBeFocused()
  await page.keyboard.press('Escape')
  await expect(menu).toBeHidden()
  await expect(card(page, made).getByTestId('scene-menu')).toBeFocused()

  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('Enter')
  await expect(page.getByLabel(`New name for ${made}`)).toBeFocused()
  await page.keyboard.type('By keys')
  await page.keyboard.press('Enter')
  await expect.poll(() => names(box)).toContain('By keys')
  await expect(card(page, 'By keys').getByTestId('scene-menu')).toBeFocused()

  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('End')
  await expect(page.getByRole('menuitem', { name: 'Delete' })).toBeFocused()
  await page.keyboard.press('Enter')
  await expect.poll(() => names(box)).not.toContain('By keys')
  // The focus is on a neighbour, not lost.
  await expect
    .poll(() =>
      page.evaluate(() => document.activeElement?.closest('[data-testid=scenes]') !== null),
    )
    .toBe(true)
  await tabTo(/^Bring back: By keys$/)
  await page.keyboard.press('Enter')
  await expect.poll(() => names(box)).toContain('By keys')
  expect(complaints).toEqual([])
})

test('a scene leaves as a file and comes back whole; a bad file is refused in the box’s words', async ({
  page,
  box,
}) => {
  await openScenes(page, box)
  const [first] = (await list(box)).scenes
  if (!first) throw new Error('no scene')
  await card(page, first.name).getByTestId('scene-menu').click()
  const download = page.waitForEvent('download')
  await page.getByRole('menuitem', { name: /JSON/ }).click()
  const file = join(RESULTS, 'scene.dixi.json')
  await (await download).saveAs(file)
  const kept = JSON.parse(readFileSync(file, 'utf8')) as { format: string; objects: unknown[] }
  expect(kept.format).toBe('dixi-scene')
  expect(kept.objects).toHaveLength(first.objects)

  const before = await list(box)
  await page.getByTestId('scene-file').setInputFiles(file)
  await expect.poll(async () => (await list(box)).scenes.length).toBe(before.scenes.length + 1)
  const known = new Set(before.scenes.map((s) => s.id))
  const back = (await list(box)).scenes.find((s) => !known.has(s.id))
  expect(back?.objects).toBe(first.objects)

  const bad = join(RESULTS, 'future.dixi.json')
  writeFileSync(bad, JSON.stringify({ ...kept, version: 99 }))
  await page.getByTestId('scene-file').setInputFiles(bad)
  const refused = page.getByRole('alert').filter({ hasText: 'future.dixi.json' })
  await expect(refused).toBeVisible()
  // Not only that, but why.
  expect((await refused.textContent())?.length).toBeGreaterThan(60)
  expect((await list(box)).scenes).toHaveLength(before.scenes.length + 1)
  await page.screenshot({ path: join(RESULTS, 'scenes-refused.png') })
  await refused.getByRole('button', { name: 'Dismiss' }).click()
  await expect(refused).toBeHidden()
})

test('the view of the scene that is shown is saved as PNG and as glTF', async ({ page, box }) => {
  await openScenes(page, box)
  const shown = page.getByTestId('scenes').locator('li.shown')
  for (const [item, magic] of [
    [/PNG/, [0x89, 0x50, 0x4e, 0x47]],
    [/glTF/, [0x67, 0x6c, 0x54, 0x46]],
  ] as const) {
    await shown.getByTestId('scene-menu').click()
    const download = page.waitForEvent('download', { timeout: 60_000 })
    await page.getByRole('menuitem', { name: item }).click()
    const file = join(RESULTS, (await download).suggestedFilename())
    await (await download).saveAs(file)
    expect([...readFileSync(file).subarray(0, 4)]).toEqual([...magic])
  }
})

test('Victory takes a picture, which the Scenes page shows; without a canvas open it takes it itself', async ({
  page,
  box,
  complaints,
}) => {
  await openScenes(page, box)
  const shown = page.getByTestId('scenes').locator('li.shown')
  await shown.getByTestId('scene-menu').click()
  await page.getByRole('menuitem', { name: 'Photographs' }).click()
  const dialog = page.getByRole('dialog', { name: /Photographs of/ })
  await expect(dialog).toContainText('There are none yet.')
  // No canvas is open anywhere: this page draws it out of sight.
  await dialog.getByRole('button', { name: 'Take one now' }).click()
  await expect(dialog.getByRole('img')).toHaveCount(1, { timeout: 30_000 })
  // What the gesture does, as if it had been made.
  const answer = await fetch(`${box.url}/api/v1/command`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ command: 'test_binding', id: 'picture' }),
  })
  expect(answer.ok, await answer.text()).toBe(true)
  await expect(dialog.getByRole('img')).toHaveCount(2, { timeout: 30_000 })
  // Really pictures, as large as they should be.
  const widths = () =>
    dialog
      .getByRole('img')
      .evaluateAll((all) => all.map((i) => (i as HTMLImageElement).naturalWidth))
  await expect.poll(widths).toEqual([1920, 1920])
  await page.screenshot({ path: join(RESULTS, 'photographs.png') })
  const download = page.waitForEvent('download')
  await dialog.getByRole('button', { name: 'Download' }).first().click()
  expect((await download).suggestedFilename()).toMatch(/\.png$/)
  expect(complaints).toEqual([])
})
