/** The settings page: made from what the box says, and telling when something is not allowed. */
import { expect, test } from './test'

test('settings are found, changed, refused, kept and reset', async ({ page, box, complaints }) => {
  await page.goto(`${box.url}/#/settings`)
  const row = (key: string) => page.locator(`[data-key="${key}"]`)
  await expect(row('gesture.hold_ms')).toBeVisible()

  const search = page.getByRole('searchbox', { name: 'Search settings' })
  await search.fill('hold shape')
  await expect(row('gesture.hold_ms')).toBeVisible()
  await expect(row('camera.source')).toHaveCount(0)
  await search.fill('quetzal')
  await expect(page.getByText('Nothing is called “quetzal”')).toBeVisible()
  await search.fill('')

  const hold = row('gesture.hold_ms').getByRole('spinbutton')
  const usual = await hold.inputValue()
  await hold.fill('999999')
  await hold.press('Enter')
  await expect(row('gesture.hold_ms').getByRole('alert')).toContainText('Use a whole number from')
  await hold.fill('210')
  await hold.press('Enter')
  await expect(row('gesture.hold_ms')).toContainText('set here')
  await expect(row('gesture.hold_ms').getByRole('alert')).toBeEmpty()

  await page.reload()
  await expect(hold).toHaveValue('210')
  await row('gesture.hold_ms').getByRole('button', { name: /Reset/ }).click()
  await expect(hold).toHaveValue(usual)
  await expect(row('gesture.hold_ms')).not.toContainText('set here')

  // Set on the command line: shown, explained, and not to be changed here.
  await expect(row('server.listen')).toContainText('from the command line')
  await expect(row('server.listen')).toContainText('--listen')
  await expect(row('server.listen').getByRole('textbox')).toBeDisabled()
  expect(complaints).toEqual([])
})

test('a change elsewhere shows here at once', async ({ page, box, complaints }) => {
  await page.goto(`${box.url}/#/settings`)
  const quality = page.locator('[data-key="view.jpeg_quality_percent"]').getByRole('spinbutton')
  await expect(quality).toHaveValue('80')
  const put = (init: RequestInit) =>
    fetch(`${box.url}/api/v1/settings/view.jpeg_quality_percent`, init)
  await put({
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ value: 71 }),
  })
  await expect(quality).toHaveValue('71')
  await put({ method: 'DELETE' })
  await expect(quality).toHaveValue('80')
  expect(complaints).toEqual([])
})
