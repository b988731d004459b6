/** The box goes away and comes back; so does the page, without a hand on it. */
import { join } from 'node:path'
import { Box, RESULTS } from './box'
import { expect, expectFrames, launch, openLive, test, watch } from './test'

test('a killed and restarted box is found again, with its settings', async () => {
  test.setTimeout(180_000)
  const box = await new Box().start()
  const browser = await launch()
  try {
    const page = await browser.newPage({ viewport: { width: 1280, height: 800 } })
    const complaints = watch(page, box)
    await openLive(page, box)
    const mirror = page.getByRole('button', { name: 'Mirror' })
    await mirror.click()
    await expect
      .poll(async () => {
        const all = (await (await fetch(`${box.url}/api/v1/settings`)).json()) as {
          key: string
          value: unknown
        }[]
        return all.find((s) => s.key === 'view.mirrored')?.value
      })
      .toBe(false)

    await box.kill()
    await expect(page.locator('[data-problem=link]')).toContainText('Connection to the box lost')
    await expect(page.locator('[data-problem=link]')).toContainText(/Next try in|Trying now/)
    await expect(page.getByTestId('camera-words')).toHaveText('Not connected')
    await page.screenshot({ path: join(RESULTS, 'lost-1280.png') })

    await box.start()
    await expect(page.locator('[data-problem=link]')).toHaveCount(0, { timeout: 30_000 })
    await expect(page.getByTestId('camera-words')).toHaveText('Camera on')
    await expectFrames(page)
    await expect(mirror).toHaveAttribute('aria-pressed', 'false')
    expect(complaints).toEqual([])
  } finally {
    await browser.close()
    await box.remove()
  }
})

test('a page that was open while the box was down can be told to try now', async () => {
  const box = await new Box().start()
  const browser = await launch()
  try {
    const page = await browser.newPage()
    await openLive(page, box)
    await box.kill()
    const again = page.getByRole('button', { name: 'Try now' })
    await expect(again).toBeVisible()
    await box.start()
    await again.click({ timeout: 5_000 }).catch(() => {
      // The page was quicker.
    })
    await expectFrames(page)
  } finally {
    await browser.close()
    await box.remove()
  }
})
