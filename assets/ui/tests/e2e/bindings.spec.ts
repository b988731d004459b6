/** The bindings page with the real box and the demo hand: what is changed counts, and the log says why. */
import { join } from 'node:path'
import type { Page } from '@playwright/test'
import type { Binding, Verdict } from '../../src/lib/api/types'
import { Box, RESULTS } from './box'
import { expect, launch, test, watch } from './test'

const bindings = async (box: Box) =>
  ((await (await fetch(`${box.url}/api/v1/bindings`)).json()) as { bindings: Binding[] }).bindings
const verdicts = async (box: Box) =>
  (await (await fetch(`${box.url}/api/v1/verdicts`)).json()) as Verdict[]

async function openBindings(page: Page, box: Box): Promise<void> {
  await page.goto(`${box.url}/#/gestures/bindings`)
  await expect(page.getByTestId('bindings').locator('[data-binding]').first()).toBeVisible()
}

test('a binding is changed, tried, switched off, removed and reset', async ({
  page,
  box,
  complaints,
}) => {
  await openBindings(page, box)
  const wave = page.locator('[data-group=wave]')
  const [first] = (await bindings(box)).filter((b) => b.gesture === 'wave')
  if (!first) throw new Error('nothing is bound to wave')
  const row = page.locator(`[data-binding="${first.id}"]`)

  await row.locator('[data-act=edit]').click()
  const form = row.getByTestId('binding-form')
  await form.getByLabel('Hold', { exact: true }).fill('99999')
  await form.getByRole('button', { name: 'Save' }).click()
  await expect(form.getByText('Use a whole number from 0 to 10,000.')).toBeVisible()
  await form.getByLabel('Hold', { exact: true }).fill('250')
  await form.getByLabel('Hand', { exact: true }).selectOption('left')
  await form.getByLabel('What it does').selectOption('set_mode')
  await form.locator('[data-arg=mode] select').selectOption('draw')
  await form.getByRole('button', { name: 'Save' }).click()
  await expect(form).toBeHidden()
  const changed = (await bindings(box)).find((b) => b.id === first.id)
  expect(changed).toMatchObject({
    hold_ms: 250,
    hand: 'left',
    command: { command: 'set_mode', mode: 'draw' },
  })
  await expect(row).toContainText('Change mode, Draw')
  await expect(row.locator('[data-act=edit]')).toBeFocused()

  // The test button does it now, as if the gesture had been made.
  await row.locator('[data-act=test]').click()
  await expect
    .poll(
      async () =>
        ((await (await fetch(`${box.url}/api/v1/canvas`)).json()) as { mode: string }).mode,
    )
    .toBe('draw')

  await row.getByRole('switch').click()
  await expect
    .poll(async () => (await bindings(box)).find((b) => b.id === first.id)?.enabled)
    .toBe(false)

  await row.locator('[data-act=remove]').click()
  await expect(row).toHaveCount(0)
  await page.getByTestId('toast').getByRole('button', { name: 'Undo' }).click()
  await expect(wave.locator(`[data-binding="${first.id}"]`)).toBeVisible()

  await page.getByRole('button', { name: 'Reset all' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Reset', exact: true }).click()
  await expect.poll(async () => (await bindings(box)).find((b) => b.id === first.id)).toEqual(first)
  await expect(page.getByRole('button', { name: 'Reset all' })).toBeDisabled()
  expect(complaints).toEqual([])
})

test('a new binding by keyboard, as text, with what the box refuses', async ({ page, box }) => {
  await openBindings(page, box)
  await page.locator('[data-add=stretch]').focus()
  await page.keyboard.press('Enter')
  const form = page.getByTestId('binding-form')
  await expect(form).toBeVisible()
  await expect(form.getByLabel('Hold', { exact: true })).toBeDisabled()
  await form.getByRole('button', { name: 'As text (JSON)' }).press('Enter')
  const text = form.getByLabel('What it does')
  await text.fill('{"command":"dance"}')
  await form.getByRole('button', { name: 'Save' }).press('Enter')
  await expect(form.getByRole('alert')).toContainText('dance')
  await text.fill('{"command":"scale","factor":2}')
  await form.getByLabel('Name among the bindings').fill('grow')
  await form.getByRole('button', { name: 'Save' }).press('Enter')
  await expect(page.locator('[data-binding=grow]')).toContainText('2×')
  await page.locator('[data-binding=grow] [data-act=edit]').press('Enter')
  await page.keyboard.press('Escape')
  await expect(page.getByTestId('binding-form')).toHaveCount(0)
  await expect(page.locator('[data-binding=grow] [data-act=edit]')).toBeFocused()
  expect((await bindings(box)).find((b) => b.id === 'grow')).toMatchObject({
    gesture: 'stretch',
    command: { command: 'scale', factor: 2 },
  })
  await page.locator('[data-binding=grow] [data-act=remove]').click()
})

test('the demo hand’s gestures are judged: armed, in a dry run and disarmed, in both languages', async () => {
  test.setTimeout(300_000)
  const box = await new Box().start('demo:canvas')
  const browser = await launch()
  try {
    const page = await browser.newPage({ viewport: { width: 1440, height: 900 } })
    const complaints = watch(page, box)
    await openBindings(page, box)
    const log = page.getByTestId('verdicts').locator('li')

    const line = (why: string) => log.and(page.locator(`[data-verdict=${why}]`)).first()
    const newest = async () => (await verdicts(box)).at(-1)?.number ?? 0
    /** The demo hands are polite: they play on where people are only if they are chosen anew. */
    const play = () =>
      fetch(`${box.url}/api/v1/command`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ command: 'select_camera', source: 'demo:canvas' }),
      })
    await expect(line('fired')).toBeVisible({ timeout: 90_000 })

    // The meter moves while a hand has the shape.
    const surest = () =>
      page
        .getByTestId('meter')
        .evaluateAll((all) => Math.max(...all.map((m) => Number((m as HTMLElement).dataset.sure))))
    await expect.poll(surest, { timeout: 60_000 }).toBeGreaterThan(0.5)

    await page.getByTestId('dry-run').click()
    await expect(page.getByTestId('dry-run')).toBeChecked()
    const since = await newest()
    await play()
    await expect(line('dry_run')).toBeVisible({ timeout: 90_000 })
    await page.screenshot({ path: join(RESULTS, 'bindings-dry.png') })
    // Nothing was done meanwhile but in the frame that was on its way.
    const fired = (await verdicts(box)).filter((v) => v.number > since + 1 && v.verdict === 'fired')
    expect(fired).toEqual([])

    await page.getByTestId('dry-run').click()
    await expect(page.getByTestId('dry-run')).not.toBeChecked()
    await page.getByTestId('armed').click()
    await expect(page.getByTestId('armed')).not.toBeChecked()
    await play()
    await expect(log.filter({ hasText: 'Hands are not armed' }).first()).toBeVisible({
      timeout: 90_000,
    })

    // What came is kept: another page in another language has the same lines in its words.
    const german = await browser.newPage({
      locale: 'de-DE',
      viewport: { width: 1440, height: 900 },
    })
    await openBindings(german, box)
    const lines = german.getByTestId('verdicts').locator('[data-verdict=not_armed]')
    await expect(lines.filter({ hasText: 'Die Handsteuerung ist aus' }).first()).toBeVisible()
    await german.close()

    await page.getByRole('button', { name: 'Pause the log' }).click()
    const count = await log.count()
    const before = await newest()
    await expect.poll(newest, { timeout: 90_000 }).toBeGreaterThan(before)
    expect(await log.count()).toBe(count)
    await page.getByRole('button', { name: 'Go on with the log' }).click()
    await page.getByRole('button', { name: 'Clear the log' }).click()
    expect(complaints).toEqual([])
  } finally {
    await browser.close()
    await box.remove()
  }
})
