/** A configuration file with a mistake: the page says where, takes a better text and comes back. */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Box, RESULTS } from './box'
import { expect, launch, test } from './test'

test('a configuration file with a mistake is mended in the page', async () => {
  test.setTimeout(120_000)
  const box = await new Box().start('browser')
  const browser = await launch()
  try {
    await box.kill()
    const file = join(box.dataDir, 'dixi.toml')
    writeFileSync(file, '# my box\n[vision]\nnum_handz = 3\n')
    await box.start('browser', true, ['--config', file])

    const page = await browser.newPage({ viewport: { width: 1280, height: 900 } })
    await page.goto(box.url)
    const told = page.locator('[data-problem=health-configuration]')
    await expect(told).toContainText(/line 3/i)
    await told.getByRole('button', { name: 'Mend the file' }).click()
    const card = page.getByTestId('configuration')
    const text = card.getByRole('textbox', { name: /Text of .*dixi\.toml/ })
    await expect(text).toHaveValue(/num_handz = 3/)
    await card.getByRole('button', { name: 'Go to line 3' }).click()
    await expect(text).toBeFocused()
    await page.screenshot({ path: join(RESULTS, 'safe-mode-1280.png') })

    await text.fill('# my box\n[vision]\nnum_hands = 9\n')
    await card.getByRole('button', { name: 'Check and save' }).click()
    await expect(card.getByRole('alert')).toContainText(/line 3/i)
    await text.fill('# my box\n[vision]\nnum_hands = 3\n')
    await card.getByRole('button', { name: 'Check and save' }).click()
    await expect(card).toContainText('The file is right')
    expect(readFileSync(file, 'utf8')).toBe('# my box\n[vision]\nnum_hands = 3\n')

    await card.getByRole('button', { name: 'Restart Dixi' }).click()
    await expect(card).toHaveCount(0, { timeout: 60_000 })
    await expect(told).toHaveCount(0)
    const row = page.locator('[data-key="vision.num_hands"]')
    await expect(row).toContainText('from the configuration file')
  } finally {
    await browser.close()
    await box.remove()
  }
})
