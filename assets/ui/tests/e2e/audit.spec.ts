/** Who did what: an owner reads it, looks for something, and has it checked. */
import { Box } from './box'
import { expect, launch, test, watch } from './test'

test('who did what is read, found and checked, by keyboard and on a phone', async () => {
  test.setTimeout(120_000)
  const box = await new Box().start('browser')
  const browser = await launch()
  try {
    const page = await browser.newPage({ viewport: { width: 360, height: 780 } })
    const complaints = watch(page, box)
    for (const value of [3, 1])
      await page.request.put(`${box.url}/api/v1/settings/vision.num_hands`, { data: { value } })
    const command = { command: 'create', label: 'a ball' }
    await page.request.post(`${box.url}/api/v1/command`, { data: command })

    await page.goto(`${box.url}/#/settings/access`)
    await page.getByRole('link', { name: 'Who did what' }).press('Enter')
    const list = page.getByRole('list', { name: /^What was done/ })
    const create = list.getByRole('listitem').filter({ hasText: 'Make an object' })
    await expect(create).toContainText('by a program from 127.0.0.1')
    await expect(list.locator('[data-kind=setting]').first()).toContainText('Num hands')
    await expect(list.locator('[data-kind=started]')).toHaveCount(1)

    await page.getByRole('combobox', { name: 'What' }).selectOption('Settings')
    await expect(list.locator('[data-kind=started]')).toHaveCount(0)
    await expect(list.locator('[data-kind=setting]').first()).toBeVisible()
    await page.getByRole('searchbox', { name: 'Who' }).fill('nobody of that name')
    await expect(page.getByText('No line fits that.')).toBeVisible()
    await page.getByRole('searchbox', { name: 'Who' }).fill('')

    await page.getByRole('button', { name: 'Check all lines' }).press('Enter')
    await expect(page.getByTestId('verdict')).toContainText('lines are as they were written')
    await expect(page.getByTestId('verdict').locator('code').last()).toHaveText(
      /^\d+:[0-9a-f]{64}$/,
    )
    const wide = await page.evaluate(() => document.documentElement.scrollWidth)
    expect(wide).toBeLessThanOrEqual(360)
    expect(complaints).toEqual([])
  } finally {
    await browser.close()
    await box.remove()
  }
})
