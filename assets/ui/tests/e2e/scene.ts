/** What tests of the canvas share: the box's document by its API, a stage to work on, and where things are on it. */
import type { Locator, Page } from '@playwright/test'
import type { CanvasState, Command, Outcome, Scene, SceneObject } from '../../src/lib/api/types'
import { toCanvas } from '../../src/lib/canvas/geometry'
import type { Box } from './box'
import { expect } from './test'

export async function json<T>(box: Box, path: string): Promise<T> {
  return (await (await fetch(box.url + path)).json()) as T
}
export const state = (box: Box) => json<CanvasState>(box, '/api/v1/canvas')
export const scene = async (box: Box) =>
  json<Scene>(box, `/api/v1/scenes/${(await state(box)).scene}`)

export async function tell(box: Box, command: Command): Promise<Outcome> {
  const answer = await fetch(`${box.url}/api/v1/command`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(command),
  })
  const text = await answer.text()
  expect(answer.ok, text).toBe(true)
  return JSON.parse(text) as Outcome
}

/** An empty scene of the test's own, shown. */
export async function emptyScene(box: Box): Promise<void> {
  // No hands: what they do is tested elsewhere, and would be a third editor here.
  await tell(box, { command: 'pause_camera' })
  await tell(box, { command: 'new_scene' })
  await tell(box, { command: 'set_mode', mode: 'shapes' })
  const { objects } = await scene(box)
  expect(objects).toEqual([])
}

export async function make(
  box: Box,
  more: Partial<Extract<Command, { command: 'create' }>> = {},
): Promise<number> {
  const { ids } = await tell(box, { command: 'create', form: { kind: 'box' }, ...more })
  return (ids as number[])[0] as number
}

export async function open(page: Page, box: Box): Promise<Locator> {
  await page.goto(`${box.url}/#/`)
  const stage = page.getByTestId('stage')
  await expect(stage).toHaveAttribute('data-revision', /\d+/)
  await expect(page.getByTestId('canvas')).toHaveAttribute('data-stage', 'on')
  return stage
}

export interface Area {
  x: number
  y: number
  width: number
  height: number
}
export const areaOf = async (stage: Locator) => (await stage.boundingBox()) as Area

/** Where an object is on the page, pixels. */
export async function pixel(stage: Locator, o: SceneObject): Promise<[number, number]> {
  const r = await areaOf(stage)
  const [x, y] = toCanvas(o.position) as [number, number]
  return [r.x + x * r.width, r.y + y * r.height]
}

export const names = (page: Page) => page.getByTestId('objects').locator('.name')
export const near = (a: readonly number[], b: readonly number[], within = 0.02) =>
  a.every((x, i) => Math.abs(x - (b[i] as number)) < within)

/** A picture of one colour that the browser made, as a file's bytes. */
export async function picture(page: Page, colour: string, type = 'image/png'): Promise<Buffer> {
  const bytes = await page.evaluate(
    async ([fill, as]) => {
      const c = document.createElement('canvas')
      c.width = 320
      c.height = 160
      const ctx = c.getContext('2d') as CanvasRenderingContext2D
      ctx.fillStyle = fill as string
      ctx.fillRect(0, 0, 320, 160)
      const blob = await new Promise<Blob | null>((done) => c.toBlob(done, as))
      return [...new Uint8Array(await (blob as Blob).arrayBuffer())]
    },
    [colour, type],
  )
  return Buffer.from(bytes)
}
