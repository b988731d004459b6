/** Pictures and files that come to the canvas and leave it, with the real box. */
import { readFileSync } from 'node:fs'
import type { SceneObject } from '../../src/lib/api/types'
import { emptyScene, json, make, names, open, picture, scene, state, tell } from './scene'
import { expect, test } from './test'

test('a picture becomes a card, one that lies about its type does not', async ({ page, box }) => {
  await emptyScene(box)
  await open(page, box)
  const png = await picture(page, '#3d9bff')
  const files = page.getByTestId('picture-file')
  await files.setInputFiles({ name: 'sky.png', mimeType: 'image/png', buffer: png })
  await expect(names(page)).toHaveText(['sky'])
  const [card] = (await scene(box)).objects as [SceneObject]
  expect(card.form).toMatchObject({ kind: 'picture', aspect: 2 })
  await files.setInputFiles({
    name: 'lie.png',
    mimeType: 'image/png',
    buffer: Buffer.from('<svg onload="alert(1)"/>'),
  })
  await expect(page.locator('.toast.bad')).toBeVisible()
  expect((await scene(box)).objects).toHaveLength(1)
})

test('exports a picture, a model and the scene’s file; leaves a thumbnail and a photograph', async ({
  page,
  box,
}) => {
  await emptyScene(box)
  await make(box, { form: { kind: 'torus' } })
  await make(box, { form: { kind: 'text', text: 'A card' }, position: [3, 1, 0] })
  await open(page, box)
  await expect(names(page)).toHaveCount(2)
  for (const [as, magic] of [
    ['png', '\x89PNG'],
    ['glb', 'glTF'],
    ['json', '{"format":"dixi-scene"'],
  ] as const) {
    await page.getByRole('button', { name: 'More' }).click()
    const [file] = await Promise.all([
      page.waitForEvent('download'),
      page.locator(`[data-export=${as}]`).click(),
    ])
    const bytes = readFileSync(await file.path())
    expect(file.suggestedFilename()).toMatch(new RegExp(`\\.${as}$`))
    expect(bytes.subarray(0, magic.length).toString('latin1')).toBe(magic)
  }
  const { scene: id } = await state(box)
  await expect
    .poll(async () => (await fetch(`${box.url}/api/v1/scenes/${id}/thumbnail`)).status, {
      timeout: 30_000,
    })
    .toBe(200)
  await tell(box, { command: 'take_picture' })
  await expect
    .poll(async () => (await json<unknown[]>(box, `/api/v1/scenes/${id}/photographs`)).length, {
      timeout: 30_000,
    })
    .toBe(1)
})
