/**
 * The projector on another display, and its screen kept awake: with displays and locks as a browser tells of
 * them, because the machine that tests has none.
 */
import type { Page } from '@playwright/test'
import type { Box } from './box'
import { expect, test } from './test'

interface Opened {
  opened: { url: string; features: string }[]
}

async function openMenu(page: Page, box: Box): Promise<void> {
  await page.goto(`${box.url}/#/calibration`)
  await page.getByTestId('projector-menu').click()
}
const choose = (page: Page) =>
  page.getByRole('menuitem', { name: 'Open on the second display' }).click()
const openedOn = (page: Page) => page.evaluate(() => (window as unknown as Opened).opened)

/** Notes what the page opens; `answer` says whether the browser allows it. */
const note = (answer: 'yes' | 'blocked') => `
  window.opened = []
  window.open = (url, name, features) => {
    window.opened.push({ url, features })
    return ${answer === 'yes' ? 'window' : 'null'}
  }`

test('one click opens it on the second display, all over that', async ({ page, box }) => {
  await page.addInitScript(note('yes'))
  await page.addInitScript(`
    Object.defineProperty(screen, 'isExtended', { value: true })
    const own = { availLeft: 0, availTop: 0, availWidth: 1920, availHeight: 1080 }
    const other = { availLeft: 1920, availTop: 40, availWidth: 1280, availHeight: 760 }
    window.getScreenDetails = async () => ({ screens: [own, other], currentScreen: own })`)
  await openMenu(page, box)
  await choose(page)
  await expect(page.getByTestId('toast')).toContainText('It is on the second display.')
  const [opened] = await openedOn(page)
  expect(opened?.url).toBe('/projector')
  expect(opened?.features.split(',')).toEqual(
    expect.arrayContaining(['fullscreen', 'left=1920', 'top=40', 'width=1280', 'height=760']),
  )
})

test('without displays to tell apart, or when that is refused, it is a window to be dragged over', async ({
  page,
  box,
}) => {
  await page.addInitScript(`
    Object.defineProperty(screen, 'isExtended', { value: true })
    window.getScreenDetails = async () => { throw new DOMException('no', 'NotAllowedError') }`)
  await openMenu(page, box)
  // A real window this time.
  const [projector] = await Promise.all([page.context().waitForEvent('page'), choose(page)])
  await expect(projector.locator('main')).toHaveAttribute('data-link', 'open')
  expect(new URL(projector.url()).pathname).toBe('/projector')
  await expect(page.getByTestId('toast')).toContainText('Drag it to the other display')
  // And the box knows of it.
  await expect(page.getByRole('option', { name: 'main (open)' })).toBeAttached()
  await projector.close()
})

test('a browser that keeps windows from opening is explained, with the address', async ({
  page,
  box,
}) => {
  await page.addInitScript(note('blocked'))
  await openMenu(page, box)
  await choose(page)
  const toast = page.getByTestId('toast')
  await expect(toast).toContainText('Allow pop-ups for this address')
  await expect(toast.getByRole('link', { name: `${box.url}/projector` })).toHaveAttribute(
    'href',
    '/projector',
  )
})

test('the screen is kept awake while the page is seen, and asked for again', async ({
  page,
  box,
}) => {
  await page.addInitScript(`
    window.locks = []
    Object.defineProperty(navigator, 'wakeLock', { value: {
      request: async (type) => {
        const lock = new EventTarget()
        lock.type = type
        lock.released = false
        lock.release = async () => {
          if (lock.released) return
          lock.released = true
          lock.dispatchEvent(new Event('release'))
        }
        window.locks.push(lock)
        return lock
      },
    } })
    let seen = 'visible'
    Object.defineProperty(document, 'visibilityState', { get: () => seen })
    window.turn = (to) => {
      seen = to
      // A browser takes the lock from a page that is hidden.
      if (to === 'hidden') for (const lock of window.locks) void lock.release()
      document.dispatchEvent(new Event('visibilitychange'))
    }`)
  const main = page.locator('main')
  const locks = () => page.evaluate('window.locks.map((l) => l.type + (l.released ? "-" : "+"))')
  await page.goto(`${box.url}/projector`)
  await expect(main).toHaveAttribute('data-awake', 'true')
  expect(await locks()).toEqual(['screen+'])
  await page.evaluate('window.turn("hidden")')
  await expect(main).toHaveAttribute('data-awake', 'false')
  await page.evaluate('window.turn("visible")')
  await expect(main).toHaveAttribute('data-awake', 'true')
  expect(await locks()).toEqual(['screen-', 'screen+'])
  // Taken away for a reason of the browser's own: asked for again by and by.
  await page.evaluate('void window.locks[1].release()')
  await expect(main).toHaveAttribute('data-awake', 'false')
  await expect(main).toHaveAttribute('data-awake', 'true', { timeout: 15_000 })
  expect(await locks()).toEqual(['screen-', 'screen-', 'screen+'])
})
