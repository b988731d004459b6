/** What the box tells of itself: its log with filters and levels, and who is told of alerts. */
import { readFileSync } from 'node:fs'
import { expect, test } from './test'

test('the log is read, searched, saved and told more of', async ({ page, box, complaints }) => {
  await page.goto(`${box.url}/#/status/logs`)
  const list = page.getByRole('log')
  await expect(list).toContainText('ready: http://')
  await page.getByLabel('Search the lines').fill('READY:')
  await expect(list.locator('p')).toHaveCount(1)
  const saved = page.waitForEvent('download')
  await page.getByRole('button', { name: 'Save as a file' }).click()
  expect(readFileSync(await (await saved).path(), 'utf8')).toMatch(/INFO {2}dixi::app: ready/)

  await page.getByText('What is told').click()
  const level = page.getByTestId('log-level')
  await level.getByLabel('Part').fill('dixi::command')
  await level.getByRole('button', { name: 'Set for this part' }).press('Enter')
  await expect(level.getByLabel('How much dixi::command tells')).toHaveValue('debug')
  // It follows: the change itself is a line.
  await page.getByLabel('Search the lines').fill('log.level')
  await expect(list).toContainText('`log.level` is set')
  await level.getByRole('button', { name: 'No longer of its own: dixi::command' }).click()
  await expect(level.getByRole('button', { name: /^No longer/ })).toHaveCount(0)
  expect(complaints).toEqual([])
})

test('a destination is set, is not shown, and its failure is', async ({
  page,
  box,
  complaints,
}) => {
  await page.goto(`${box.url}/#/status`)
  const alerts = page.getByTestId('alerts')
  await expect(alerts).toContainText('Nobody else is told')
  await alerts.getByRole('link', { name: 'Say who is told' }).click()
  const row = page.locator('[data-key="alert.webhook_url"]')
  // Nothing listens on the discard port.
  await row.getByLabel('Webhook url').fill('http://127.0.0.1:9/hidden-path')
  await row.getByLabel('Webhook url').press('Enter')
  await expect(row.getByPlaceholder('set, and not shown')).toHaveValue('')
  await page.goto(`${box.url}/#/status`)
  await alerts.getByRole('button', { name: 'Send a test' }).click()
  await expect(alerts.locator('[data-outcome="failed"]')).toContainText('nothing listens there', {
    ignoreCase: true,
  })
  await page.goto(`${box.url}/#/settings/alert`)
  await row.getByRole('button', { name: 'Webhook url: Forget it' }).click()
  await expect(row.getByPlaceholder('not set')).toBeVisible()
  expect(complaints).toEqual([])
})
