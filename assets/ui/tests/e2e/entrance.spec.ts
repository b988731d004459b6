/** A box that is closed: the first owner, logging in and out, people, programs and screens. */
import { join } from 'node:path'
import type { Page } from '@playwright/test'
import { bringAxe, violations } from './axe'
import { Box, RESULTS } from './box'
import { expect, test as base, watch } from './test'

const PASSWORD = 'plum tortoise ladder'

const test = base.extend<object, { closed: Box }>({
  closed: [
    async ({}, use) => {
      const box = new Box()
      box.open = false
      await box.start('demo')
      await use(box)
      await box.remove()
    },
    { scope: 'worker' },
  ],
})

async function clean(page: Page, what: string): Promise<void> {
  await bringAxe(page)
  expect(await violations(page), what).toEqual([])
  const wide = await page.evaluate(
    () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
  )
  expect(wide, `${what}: sideways scrolling`).toBeLessThanOrEqual(0)
}

async function look(page: Page, name: string): Promise<void> {
  for (const [width, height] of [
    [1440, 900],
    [360, 780],
  ] as const) {
    for (const scheme of ['light', 'dark'] as const) {
      await page.setViewportSize({ width, height })
      await page.emulateMedia({ colorScheme: scheme, reducedMotion: 'reduce' })
      // Colours are judged as they are, not on their way; what is called off is over too.
      await page.evaluate(async () => {
        const ends = (a: Animation) => a.effect?.getComputedTiming().endTime !== Infinity
        await Promise.allSettled(
          document
            .getAnimations()
            .filter(ends)
            .map((a) => a.finished),
        )
      })
      await page.screenshot({ path: join(RESULTS, `${name}-${width}-${scheme}.png`) })
      await clean(page, `${name} ${width} ${scheme}`)
    }
  }
  await page.setViewportSize({ width: 1280, height: 800 })
}

/** Everything after the first needs the owner whom the first one makes. */
test.describe.configure({ mode: 'serial' })

test('nobody comes in, and a link makes the first owner', async ({ page, closed, chromium }) => {
  const refused: number[] = []
  page.on('response', (r) => void (r.status() >= 400 && refused.push(r.status())))
  const complaints = watch(page, closed)
  await page.goto(closed.url)
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(
    'Nobody looks after this box yet',
  )
  await look(page, 'no-owner')
  expect(refused, 'a page that nobody came in on asks for nothing else').toEqual([])

  const link = await closed.setupLink()
  await page.goto(link)
  await expect(page.getByRole('heading', { name: 'This box becomes yours' })).toBeVisible()
  await page.keyboard.type('Anna')
  await page.keyboard.press('Tab')
  await page.keyboard.type('too short')
  await expect(page.getByText('At least 12 characters')).toBeVisible()
  await page.getByLabel('Password', { exact: true }).fill(PASSWORD)
  await expect(page.getByText('Good')).toBeVisible()
  await page.getByLabel('Password once more').fill('plum tortoise')
  await page.getByRole('button', { name: 'Make it mine' }).click()
  await expect(page.getByRole('alert')).toContainText('not the same')
  await look(page, 'setup')
  await page.getByLabel('Password once more').fill(PASSWORD)
  await page.keyboard.press('Enter')
  await expect(page.getByTestId('account')).toHaveAccessibleName('Account: Anna')
  expect(page.url(), 'the link is out of the history').not.toContain('setup')
  await expect(page.getByTestId('camera-words')).toHaveText('Camera on')
  const cookies = await page.context().cookies()
  expect(cookies).toMatchObject([{ name: 'dixi_session', httpOnly: true, sameSite: 'Strict' }])
  expect(complaints).toEqual([])

  const stranger = await chromium.newPage()
  await stranger.goto(link)
  await expect(stranger.getByRole('heading', { level: 1 })).toHaveText('Log in')
  await stranger.close()
})

async function login(page: Page, box: Box, name = 'Anna', password = PASSWORD): Promise<void> {
  await page.goto(box.url)
  await page.getByLabel('Name').fill(name)
  await page.getByLabel('Password', { exact: true }).fill(password)
  await page.getByRole('button', { name: 'Log in' }).click()
}

test('logging in by keyboard, wrong and right, and out again', async ({ page, closed }) => {
  await page.goto(closed.url)
  await expect(page.getByLabel('Name')).toBeFocused()
  await look(page, 'login')
  await page.getByLabel('Name').focus()
  await page.keyboard.type('anna')
  await page.keyboard.press('Tab')
  await page.keyboard.type('a wrong password')
  await page.keyboard.press('Enter')
  await expect(page.getByRole('alert')).toHaveText('Name or password is wrong.')
  await page.getByLabel('Password', { exact: true }).fill(PASSWORD)
  await page.keyboard.press('Enter')
  await page.getByTestId('account').click()
  await page.getByRole('menuitem', { name: 'Log out' }).click()
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Log in')
})

test('people, programs and screens are made and taken away', async ({ page, closed, chromium }) => {
  // Much is looked at on the way, and a busy machine takes its time.
  test.setTimeout(300_000)
  await login(page, closed)
  await page.getByTestId('account').click()
  await page.getByRole('menuitem', { name: 'People and access' }).click()
  await expect(page.locator('#group-access-title')).toBeVisible()

  await page.getByTestId('add-person').click()
  const adding = page.getByRole('dialog', { name: 'Add somebody' })
  await adding.getByLabel('Name').fill('Vera')
  await adding.getByLabel('Viewer').check()
  await adding.getByLabel('First password').fill('marble giraffe canoe')
  await look(page, 'add-person')
  await adding.getByRole('button', { name: 'Add' }).click()
  await expect(adding).toBeHidden()
  await expect(page.getByText('Vera', { exact: true })).toBeVisible()

  const vera = await chromium.newPage()
  await login(vera, closed, 'Vera', 'marble giraffe canoe')
  await expect(vera.getByTestId('account')).toHaveAccessibleName('Account: Vera')
  await expect(vera.getByTestId('camera-words')).toHaveText('Camera on')

  await page.getByTestId('add-screen').click()
  const making = page.getByRole('dialog', { name: 'Link for a screen' })
  await making.getByLabel('What it is for').fill('Projector')
  await making.getByRole('button', { name: 'Make it' }).click()
  const link = await page.getByTestId('made').inputValue()
  expect(link).toMatch(/\/projector#kiosk=dixik_[\w-]{43}$/)
  await look(page, 'screen-link')
  await page.getByRole('button', { name: 'Done' }).click()
  await expect(page.getByTestId('made')).toBeHidden()
  expect(await page.content(), 'shown once').not.toContain(link.slice(-40))

  const screen = await chromium.newPage()
  const complaints = watch(screen, closed)
  await screen.goto(link)
  await expect(screen.locator('main')).toHaveAttribute('data-link', 'open')
  expect(screen.url()).not.toContain('kiosk=')
  await screen.reload()
  await expect(screen.locator('main')).toHaveAttribute('data-link', 'open')
  expect(complaints).toEqual([])
  await look(page, 'access')

  // Revoked, a screen goes dark within seconds, and a person is shown the door.
  await page.getByRole('button', { name: 'Revoke “Projector”' }).click()
  await expect(screen.getByText('This screen may not come in')).toBeVisible()
  await page.getByRole('button', { name: /^Log out: Vera/ }).click()
  await expect(vera.getByRole('heading', { level: 1 })).toHaveText('Log in')
  await expect(vera.getByText('You were logged out.')).toBeVisible()
  await screen.close()
  await vera.close()
})

test('another password throws every other browser out', async ({ page, closed, chromium }) => {
  await login(page, closed)
  const other = await chromium.newPage()
  await login(other, closed)
  await expect(other.getByTestId('account')).toBeVisible()
  await page.getByTestId('account').click()
  await page.getByRole('menuitem', { name: 'Change the password' }).click()
  const dialog = page.getByRole('dialog', { name: 'Change the password' })
  await dialog.getByLabel('Password until now').fill(PASSWORD)
  await dialog.getByLabel('New password').fill('another plum ladder')
  await dialog.getByRole('button', { name: 'Change it' }).click()
  await expect(dialog).toBeHidden()
  await expect(other.getByRole('heading', { level: 1 })).toHaveText('Log in')
  await expect(page.getByTestId('account')).toBeVisible()
  await other.close()
})

test('an open box says so', async ({ page, box, complaints }) => {
  await page.goto(box.url)
  await page.getByTestId('open-box').click()
  await expect(page.getByText('Whoever is at this machine may do everything')).toBeVisible()
  expect(complaints).toEqual([])
})
