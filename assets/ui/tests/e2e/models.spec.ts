/** The models of a real Ollama: seen, loaded, unloaded, fetched and deleted; and the page without Ollama. */
import { Box } from './box'
import { Ollama } from './ollama'
import { bringAxe, violations } from './axe'
import { expect, launch, test, watch } from './test'

/** A registry at a port that nobody can take. */
const NOWHERE = '127.0.0.1:9'

test('models are loaded, unloaded and deleted, and what goes wrong has words and a button', async () => {
  test.skip(!Ollama.there())
  test.setTimeout(240_000)
  const ollama = await new Ollama().start()
  const box = await new Box().start('browser', true, [
    '--set',
    `ollama.url=${ollama.url}`,
    '--set',
    `ollama.registries=${NOWHERE}`,
  ])
  const browser = await launch()
  try {
    const page = await browser.newPage({ viewport: { width: 360, height: 780 } })
    const complaints = watch(page, box)
    await page.goto(`${box.url}/#/models`)
    const list = page.getByTestId('models')
    const plain = list.locator('[data-model="plain:latest"]')
    await expect(list.locator('[data-model="seer:latest"]')).toContainText('sees pictures')
    await expect(plain).toContainText('answers')

    await page.getByLabel('Loaded models stay in memory').selectOption('2h')
    await plain.getByRole('button', { name: 'Load plain:latest' }).click()
    await expect(plain.getByTestId('in-memory')).toContainText('until')
    await plain.getByRole('button', { name: 'Unload plain:latest' }).click()
    await expect(plain.getByTestId('in-memory')).toHaveCount(0)

    await plain.getByRole('button', { name: 'What is known of plain:latest' }).click()
    await expect(page.getByRole('dialog')).toContainText('4,096')
    await page.keyboard.press('Escape')

    // Nobody listens at that registry: the pull fails in words, may go on, and is taken off the list.
    await page.getByLabel('Fetch a model').fill('../etc/passwd')
    await page.getByRole('button', { name: 'Fetch', exact: true }).click()
    await expect(page.getByRole('alert').filter({ hasText: /no model.s name/ })).toBeVisible()
    await page.getByLabel('Fetch a model').fill(`${NOWHERE}/some/model`)
    await page.getByRole('button', { name: 'Fetch', exact: true }).click()
    const pull = page.locator(`[data-pull="${NOWHERE}/some/model"]`)
    await expect(pull).toHaveAttribute('data-state', 'failed', { timeout: 60_000 })
    await expect(pull).toContainText('cannot reach the place that models come from')
    await expect(pull.getByRole('button', { name: /^Go on fetching/ })).toBeVisible()
    await bringAxe(page)
    expect(await violations(page)).toEqual([])
    await pull.getByRole('button', { name: /^Take .* off this list/ }).click()
    await expect(pull).toHaveCount(0)

    await plain.getByRole('button', { name: 'Delete plain:latest' }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click()
    await expect(plain).toHaveCount(0)

    await ollama.kill()
    await expect(page.getByTestId('away')).toContainText('Ollama does not answer', {
      timeout: 60_000,
    })
    const wide = await page.evaluate(() => document.documentElement.scrollWidth)
    expect(wide).toBeLessThanOrEqual(360)
    // The browser tells of the name that was refused.
    expect(complaints.filter((c) => !c.includes('400'))).toEqual([])
  } finally {
    await browser.close()
    await box.remove()
    await ollama.stop()
  }
})
