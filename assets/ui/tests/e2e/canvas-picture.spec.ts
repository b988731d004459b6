/** A canvas whose picture is lost, or that cannot be drawn at all, still works. */
import { join } from 'node:path'
import { RESULTS } from './box'
import { emptyScene, names, open } from './scene'
import { expect, launch, test } from './test'

test('a lost picture says so and comes back; the list works meanwhile', async ({ page, box }) => {
  await emptyScene(box)
  const stage = await open(page, box)
  await page.evaluate(() => {
    const c = document.querySelector('canvas.stage') as HTMLCanvasElement
    const lose = c.getContext('webgl2')?.getExtension('WEBGL_lose_context')
    Object.assign(window, { lose })
    lose?.loseContext()
  })
  await expect(page.getByTestId('canvas')).toHaveAttribute('data-stage', 'lost')
  await expect(page.getByText('The picture was lost')).toBeVisible()
  await stage.focus()
  await page.keyboard.press('1')
  await expect(names(page)).toHaveCount(1)
  await page.evaluate(() =>
    (window as unknown as { lose: { restoreContext(): void } }).lose.restoreContext(),
  )
  await expect(page.getByTestId('canvas')).toHaveAttribute('data-stage', 'on')
  await expect(page.getByText('The picture was lost')).toBeHidden()
})

test('without WebGL the scene is flat and everything else works', async ({ box }) => {
  const browser = await launch(
    '--disable-gpu',
    '--disable-software-rasterizer',
    '--disable-3d-apis',
  )
  const page = await browser.newPage({ viewport: { width: 1280, height: 800 } })
  await emptyScene(box)
  await page.goto(`${box.url}/#/`)
  await expect(page.getByTestId('canvas')).toHaveAttribute('data-stage', 'missing')
  await page.getByTestId('stage').focus()
  for (const key of ['1', '2', '5']) await page.keyboard.press(key)
  await expect(names(page)).toHaveCount(3)
  await page.screenshot({ path: join(RESULTS, 'canvas-flat.png') })
  await browser.close()
})
