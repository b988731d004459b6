/** Backups on the settings page: one is made, fetched, and gone back to by a restart. */
import { statSync } from 'node:fs'
import { Box } from './box'
import { expect, launch, test, watch } from './test'

test('a backup is made, fetched and gone back to', async () => {
  test.setTimeout(120_000)
  // Started twice, so that it keeps its address through the restart.
  const box = await new Box().start('browser')
  const browser = await launch()
  try {
    await box.kill()
    await box.start('browser')
    const page = await browser.newPage({ viewport: { width: 1280, height: 900 } })
    const complaints = watch(page, box)
    await page.goto(`${box.url}/#/settings`)
    const row = page.locator('[data-key="vision.num_hands"]')
    const field = row.getByRole('spinbutton')
    await field.fill('3')
    await field.press('Enter')
    await expect(row).toContainText('set here')

    const card = page.getByTestId('backups')
    await card.getByRole('button', { name: 'Make one now' }).click()
    await expect(card.getByRole('listitem')).toHaveCount(1)
    await expect(card.getByRole('listitem')).toContainText('asked for')
    const fetched = page.waitForEvent('download')
    await card.getByRole('button', { name: /^Fetch the backup/ }).click()
    const file = await fetched
    expect(file.suggestedFilename()).toMatch(/^dixi-.*-asked\.tar\.gz$/)
    expect(statSync(await file.path()).size).toBeGreaterThan(500)

    // The same file, as if it came from another box.
    await page.getByTestId('bring-backup').setInputFiles(await file.path())
    await expect(card.getByRole('status')).toContainText('It is whole and on the list', {
      timeout: 60_000,
    })
    await expect(card.getByRole('listitem')).toHaveCount(2)
    await expect(card.getByText('brought from elsewhere')).toBeVisible()

    await field.fill('1')
    await field.press('Enter')
    await expect.poll(() => setting(box)).toBe(1)
    await card
      .getByRole('button', { name: /^Go back/ })
      .first()
      .click()
    const dialog = page.getByRole('dialog')
    await dialog.getByRole('button', { name: 'Check it' }).click()
    await expect(dialog).toContainText('It is whole')
    await dialog.getByRole('button', { name: 'Restart Dixi' }).click()
    await expect.poll(() => setting(box).catch(() => null), { timeout: 60_000 }).toBe(3)
    await expect(field).toHaveValue('3', { timeout: 60_000 })
    expect(complaints).toEqual([])
  } finally {
    await browser.close()
    await box.remove()
  }
})

async function setting(box: Box): Promise<unknown> {
  const all = (await (await fetch(`${box.url}/api/v1/settings`)).json()) as {
    key: string
    value: unknown
  }[]
  return all.find((s) => s.key === 'vision.num_hands')?.value
}
