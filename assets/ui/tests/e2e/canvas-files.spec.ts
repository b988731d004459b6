/** Pictures and files that come to the canvas and leave it, with the real box. */
import { readFileSync } from 'node:fs'
import type { Locator } from '@playwright/test'
import type { SceneObject } from '../../src/lib/api/types'
import { emptyScene, json, make, names, near, open, picture, scene, state, tell } from './scene'
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
  await expect(page.locator('.toast.bad')).toContainText('PNG')
  expect((await scene(box)).objects).toHaveLength(1)
})

/** Drops files on the middle of the stage, as somebody drags them out of a folder. */
async function drop(stage: Locator, files: { name: string; type: string; bytes: Buffer }[]) {
  await stage.evaluate(
    (el, files) => {
      const data = new DataTransfer()
      for (const { name, type, base64 } of files) {
        const bytes = Uint8Array.from(atob(base64), (c) => c.charCodeAt(0))
        data.items.add(new File([bytes], name, { type }))
      }
      const r = el.getBoundingClientRect()
      const at = { clientX: r.left + r.width / 2, clientY: r.top + r.height / 2 }
      for (const type of ['dragenter', 'dragover', 'drop'])
        el.dispatchEvent(
          new DragEvent(type, { ...at, dataTransfer: data, bubbles: true, cancelable: true }),
        )
    },
    files.map(({ name, type, bytes }) => ({ name, type, base64: bytes.toString('base64') })),
  )
}

test('dropped: a picture becomes a card there, a scene’s file a scene, anything else is refused', async ({
  page,
  box,
}) => {
  await emptyScene(box)
  const stage = await open(page, box)
  const bytes = await picture(page, '#ff8a4c', 'image/jpeg')
  await drop(stage, [{ name: 'cat.jpg', type: 'image/jpeg', bytes }])
  await expect(names(page)).toHaveText(['cat'])
  const [card] = (await scene(box)).objects as [SceneObject]
  expect(near(card.position, [0, 0, 0], 0.1), String(card.position)).toBe(true)

  const shown = (await state(box)).scene
  const file = Buffer.from(
    await (await fetch(`${box.url}/api/v1/scenes/${shown}/file`)).arrayBuffer(),
  )
  await drop(stage, [{ name: 'cat.dixi.json', type: 'application/json', bytes: file }])
  const said = page.getByTestId('toast').filter({ hasText: 'One scene is imported.' })
  await expect(said).toBeVisible()
  // What is shown stays until somebody says so.
  expect((await state(box)).scene).toBe(shown)
  await said.getByRole('button', { name: 'Open it' }).click()
  await expect.poll(async () => (await state(box)).scene).not.toBe(shown)
  await expect(names(page)).toHaveText(['cat'])

  const bad = page.locator('.toast.bad')
  await drop(stage, [{ name: 'song.mp3', type: 'audio/mpeg', bytes: Buffer.from('ID3') }])
  await expect(bad.filter({ hasText: 'Only PNG and JPEG pictures' })).toBeVisible()
  await drop(stage, [{ name: 'list.json', type: 'application/json', bytes: Buffer.from('[1]') }])
  await expect(bad.filter({ hasText: 'This is no scene of Dixi’s.' })).toBeVisible()
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
