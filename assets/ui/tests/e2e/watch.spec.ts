/** Watch mode is visibly on: on every page, on the projector, and off again where it is seen. */
import { expect, test } from './test'

test('a sign tells that a model watches, and switches it off', async ({
  page,
  box,
  complaints,
}) => {
  await page.goto(`${box.url}/#/status`)
  const sign = page.getByTestId('watch-badge')
  await expect(page.getByTestId('camera-words')).toBeVisible()
  await expect(sign).toHaveCount(0)
  const on = await page.request.post(`${box.url}/api/v1/command`, {
    data: { command: 'watch', on: true },
  })
  expect(on.status()).toBe(200)
  await expect(sign).toBeVisible()
  await page.goto(`${box.url}/#/scenes`)
  await expect(sign).toBeVisible()
  const wall = await page.context().newPage()
  await wall.goto(`${box.url}/projector`)
  await expect(wall.getByTestId('watch-sign')).toBeVisible()
  await sign.click()
  // No Ollama is there: it says so, and how often it has looked.
  await expect(page.locator('#watch-details')).toContainText('looks this hour')
  await page.getByRole('button', { name: 'Stop watching' }).click()
  await expect(sign).toHaveCount(0)
  await expect(wall.getByTestId('watch-sign')).toHaveCount(0)
  expect(complaints).toEqual([])
})
