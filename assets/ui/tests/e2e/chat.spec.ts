/** Talking with a real model through the page: `reciter`, `plain` and `seer` of `tests/ollama/`, which recite known texts. */
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import type { Locator, Page } from '@playwright/test'
import type { Chat, How } from '../../src/lib/chat/types'
import { bringAxe, violations } from './axe'
import { Box } from './box'
import { Ollama } from './ollama'
import { json, scene, tell } from './scene'
import { expect, test as base, watch } from './test'

const HOSTILE = JSON.parse(
  readFileSync(resolve(import.meta.dirname, '../../../../tests/ollama/hostile.json'), 'utf8'),
) as string[]
const ENDLESS = 'Say it. <|endless|>'
const PLAIN = /A red cube and a blue card/

interface Talking {
  box: Box
  ollama: Ollama
}

const test = base.extend<object, { talking: Talking | null }>({
  talking: [
    async ({}, use) => {
      if (!Ollama.there()) {
        await use(null)
        return
      }
      const ollama = await new Ollama().start()
      // Nobody looks at hands here: without a camera the machine is the model's.
      const box = await new Box().start('browser', true, ['--set', `ollama.url=${ollama.url}`])
      await use({ box, ollama })
      await box.remove()
      await ollama.stop()
    },
    { scope: 'worker' },
  ],
})

/** What every test here begins with. */
function there(talking: Talking | null): Talking {
  test.skip(talking === null, 'no Ollama server here')
  return talking as Talking
}

const send = async (box: Box, method: string, path: string, body?: unknown) => {
  const answer = await fetch(box.url + path, {
    method,
    headers: { 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  const text = await answer.text()
  expect(answer.ok, text).toBe(true)
  return JSON.parse(text) as unknown
}

/** A new conversation that is held as said, open on the page. */
async function begin(page: Page, box: Box, how: Partial<How>): Promise<number> {
  const { id } = (await send(box, 'POST', '/api/v1/chats', { how })) as Chat
  await page.goto(`${box.url}/#/chat/${id}`)
  await expect(field(page)).toBeVisible()
  return id
}

const field = (page: Page) => page.getByTestId('question-field')
const answers = (page: Page) => page.getByTestId('answer')
const last = (page: Page) => answers(page).last()
const words = (page: Page) => last(page).getByTestId('words')
const lengthOf = async (part: Locator) => ((await part.textContent()) ?? '').length

async function ask(page: Page, text: string): Promise<void> {
  await field(page).fill(text)
  await field(page).press('Enter')
}

async function choose(page: Page, model: string): Promise<void> {
  const option = page.getByTestId('model').locator('option', { hasText: model })
  await page.getByTestId('model').selectOption(await option.getAttribute('value'))
}

/** More of the answer comes than there was. */
async function grows(page: Page, before: string): Promise<void> {
  await expect.poll(() => lengthOf(words(page))).toBeGreaterThan(before.length)
}

/** Asks for an answer without an end, and holds the model when some of it is there. */
async function askEndless(page: Page, ollama: Ollama): Promise<void> {
  await ask(page, ENDLESS)
  await page
    .getByTestId('answer')
    .and(page.locator('[data-state=coming]'))
    .getByText('One more, and then')
    .waitFor()
  ollama.hold()
  await settled(page)
}

/** What was on its way to the page is there. */
async function settled(page: Page): Promise<void> {
  let before = -1
  await expect
    .poll(async () => {
      const now = await lengthOf(words(page))
      const same = now === before
      before = now
      return same
    })
    .toBe(true)
}

async function ends(page: Page, state = 'whole'): Promise<void> {
  await expect(last(page)).toHaveAttribute('data-state', state, { timeout: 60_000 })
}

test('one asks, stops, asks anew and otherwise; a second page sees the same, and one that is loaded again goes on', async ({
  talking,
  page,
  chromium,
}) => {
  const { box, ollama } = there(talking)
  const complaints = watch(page, box)
  await page.goto(`${box.url}/#/chat`)
  // The first question of a new conversation, with a model that thinks.
  await choose(page, 'reciter')
  await ask(page, 'What lies on the table?')
  await ends(page)
  await expect(page).toHaveURL(/#\/chat\/\d+$/)
  await expect(words(page)).toContainText(PLAIN)
  await expect(words(page).locator('table tr')).toHaveCount(3)
  await expect(words(page).locator('.math.set math')).toHaveCount(2)
  await expect(words(page).locator('pre .hljs-keyword').first()).toHaveText('fn')
  await expect(last(page).getByTestId('thoughts')).toContainText('What it thought')
  await expect(last(page)).toContainText('tokens/s')
  await expect(page.getByTestId('chats')).toContainText('What lies on the table?')
  await bringAxe(page)
  expect(await violations(page)).toEqual([])

  // A second page sees what is said, as it comes. The model is held so that it does not end meanwhile.
  const other = await (await chromium.newContext()).newPage()
  await other.goto(page.url())
  await expect(words(other)).toContainText(PLAIN)
  await askEndless(page, ollama)
  const half = ((await words(page).textContent()) ?? '').trim()
  await expect(words(other)).toHaveText(half)
  await expect(last(other)).toHaveAttribute('data-state', 'coming')
  // One that is loaded again in the middle has it too, and all go on.
  await page.reload()
  await expect(words(page)).toHaveText(half)
  ollama.letGo()
  await grows(page, half)
  ollama.hold()
  await field(page).press('Escape')
  await ends(page, 'stopped')
  await ends(other, 'stopped')
  ollama.letGo()
  const said = ((await words(page).textContent()) ?? '').trim()
  expect(said.startsWith(half)).toBe(true)
  await expect(words(other)).toHaveText(said)

  // Another version of the answer; the first one is kept.
  await last(page).getByRole('button', { name: 'Answer anew' }).click()
  await expect(last(page).getByTestId('version').or(page.getByTestId('stop')).first()).toBeVisible()
  await page.getByTestId('stop').click()
  await ends(page, 'stopped')
  await expect(last(page).getByTestId('version')).toHaveText('2/2')
  await last(page).getByRole('button', { name: 'Version before' }).click()
  await expect(last(page).getByTestId('version')).toHaveText('1/2')
  await expect(words(page)).toHaveText(said)

  // The first question, asked otherwise: a branch of its own.
  const question = page.getByTestId('question').first()
  await question.getByRole('button', { name: 'Edit and ask again' }).click()
  await question.getByRole('textbox').fill('And what lies beside it?')
  await question.getByRole('textbox').press('Enter')
  await expect(answers(page)).toHaveCount(1)
  await ends(page)
  await expect(page.getByTestId('question').first().getByTestId('version')).toHaveText('2/2')
  await expect(other.getByTestId('question')).toHaveText(/And what lies beside it\?/)
  await other.context().close()

  // As a card on the canvas.
  await last(page).getByRole('button', { name: 'Pin to the canvas' }).click()
  await expect(page.getByText('The answer is on the canvas.')).toBeVisible()
  const cards = (await scene(box)).objects.filter((o) => o.form.kind === 'answer')
  expect(cards.map((o) => o.form)).toMatchObject([{ question: 'And what lies beside it?' }])

  // What was said on another branch is found, and shown.
  await page.getByTestId('search-chats').fill('square metres')
  await expect(page.getByTestId('hit').first()).toContainText('square metres')
  await expect(page.getByTestId('hit').first().locator('mark').first()).toHaveText('square')
  await page.getByTestId('search-chats').fill('')

  // Its name, and the end of it.
  const menu = page.getByTestId('chat-menu')
  await menu.click()
  await page.getByRole('menuitem', { name: 'Rename' }).click()
  await page.getByRole('dialog').getByRole('textbox').fill('Cubes')
  await page.keyboard.press('Enter')
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Cubes')
  await menu.click()
  await page.getByRole('menuitem', { name: 'Pin to the top' }).click()
  await expect(page.getByTestId('chats')).toContainText('Pinned')
  await menu.click()
  await page.getByRole('menuitem', { name: 'Delete' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click()
  await expect(page.getByTestId('start')).toBeVisible()
  await expect(page.getByTestId('chats')).not.toContainText('Cubes')
  expect(complaints).toEqual([])
})

test('60 answers that try to run something run nothing, taken in from a file and said by the model', async ({
  talking,
  page,
}) => {
  test.setTimeout(240_000)
  const { box } = there(talking)
  const complaints = watch(page, box)
  page.on('dialog', (d) => {
    complaints.push(`dialog: ${d.message()}`)
    void d.dismiss()
  })
  const at = '2026-11-22T09:00:00Z'
  // The last one is none: when its formula is there, whatever is loaded later has come.
  const said = [...HOSTILE, '$x^2$']
    .flatMap((text, i) => [
      { role: 'user', text: `<b>${i}</b>` },
      { role: 'assistant', text, thinking: text },
    ])
    .map((m, i) => ({ ...m, at, follows: i === 0 ? null : i - 1 }))
  const file = {
    format: 'dixi-chats',
    version: 1,
    chats: [{ title: HOSTILE[1], created_at: at, changed_at: at, messages: said }],
  }
  await page.goto(`${box.url}/#/chat`)
  await page.getByTestId('import-file').setInputFiles({
    name: 'hostile.json',
    mimeType: 'application/json',
    buffer: Buffer.from(JSON.stringify(file)),
  })
  await expect(page.getByText('One conversation with 122 messages taken in.')).toBeVisible()
  await page.getByTestId('chats').getByText('onerror').first().click()
  await expect(answers(page)).toHaveCount(61)
  await expect(words(page).locator('.math.set')).toBeAttached()

  // Some are really said, piece by piece.
  const streamed = ['01', '04', '20', '44', '54', '57']
  const chat = await begin(page, box, { model: 'plain' })
  for (const [i, number] of streamed.entries()) {
    await ask(page, `<|hostile-${number}|>`)
    await expect(answers(page)).toHaveCount(i + 1)
    await ends(page)
  }
  const { messages } = await json<Chat>(box, `/api/v1/chats/${chat}`)
  expect(messages.filter((m) => m.role === 'assistant').map((m) => m.text.trim())).toEqual(
    streamed.map((n) => (HOSTILE[Number(n)] as string).trim()),
  )
  await page.getByTestId('search-chats').fill('hacked')
  await expect(page.getByTestId('hit').first()).toBeVisible()

  // Whatever a mouse or the focus could set off.
  for (const place of ['', 'again']) {
    if (place) await page.goto(`${box.url}/#/chat/${await imported(box)}`)
    if (place) await expect(answers(page)).toHaveCount(61)
    const made = await page.evaluate(() => {
      const all = [...document.querySelectorAll('[data-testid=words] *')] as HTMLElement[]
      for (const e of all) {
        e.dispatchEvent(new PointerEvent('pointerenter'))
        e.dispatchEvent(new MouseEvent('mouseover', { bubbles: true }))
        e.dispatchEvent(new FocusEvent('focus'))
      }
      const bad = 'script, iframe, object, embed, img, svg, form, input, style, video, base, meta'
      return all
        .filter((e) => e.matches(bad) || [...e.attributes].some((a) => a.name.startsWith('on')))
        .map((e) => e.outerHTML.slice(0, 200))
    })
    expect(made).toEqual([])
    expect(await page.evaluate(() => 'hacked' in window)).toBe(false)
  }
  expect(complaints).toEqual([])
})

async function imported(box: Box): Promise<number> {
  const { chats } = await json<{ chats: Chat[] }>(box, '/api/v1/chats')
  return chats.find((c) => c.title === HOSTILE[1])?.id ?? 0
}

test('what the camera sees now is asked about with one click, by a model that can see', async ({
  talking,
  page,
}) => {
  const { box } = there(talking)
  const complaints = watch(page, box)
  await tell(box, { command: 'select_camera', source: 'demo' })
  // Its first picture may take a while on a slow machine.
  const frame = async () => (await fetch(`${box.url}/api/v1/camera/frame`)).status
  await expect.poll(frame).toBe(200)
  await page.goto(`${box.url}/#/chat`)
  await page.getByTestId('see').click()
  await expect(page.getByTestId('question').locator('img')).toHaveCount(1)
  await ends(page)
  await expect(last(page)).toContainText('seer')
  const size = await page
    .getByTestId('question')
    .locator('img')
    .evaluate((img: HTMLImageElement) => img.decode().then(() => img.naturalWidth))
  expect(size).toBeGreaterThan(100)
  // With a picture, only who can see is offered; it can be left out again.
  await page.getByRole('button', { name: 'Use this frame' }).click()
  await expect(page.getByTestId('attached')).toBeVisible()
  await expect(page.getByTestId('model').locator('option')).toHaveCount(1)
  await page.getByRole('button', { name: 'Leave this picture out' }).click()
  await expect(page.getByTestId('attached')).toHaveCount(0)
  // What of the box goes along is seen before it is sent, and afterwards.
  await page.getByTestId('tell-what').locator('summary').click()
  await page.locator('[data-what=scene]').click()
  const told = page.getByTestId('preview').locator('dd')
  await expect(told).not.toBeEmpty()
  const shown = await told.textContent()
  await tell(box, { command: 'select_camera', source: 'browser' })
  await ask(page, 'What is there?')
  await expect(page.getByTestId('question')).toHaveCount(2)
  await ends(page)
  await page.getByTestId('question').last().getByText('The model was told').click()
  await expect(page.getByTestId('question').last().locator('dd')).toHaveText(shown ?? '')
  expect(complaints).toEqual([])
})

test('an Ollama that is killed in mid-answer is told in words, and the answer comes when it is back', async ({
  talking,
  page,
}) => {
  const { box, ollama } = there(talking)
  await begin(page, box, { model: 'plain' })
  await askEndless(page, ollama)
  await ollama.kill()
  await ends(page, 'failed')
  await expect(page.getByTestId('failure')).toHaveAttribute('data-code', /broke_off|unreachable/)
  await expect(words(page)).toContainText('One more, and then the next')
  // Who begins another conversation meanwhile is told what is missing.
  const fresh = await page.context().newPage()
  await fresh.goto(`${box.url}/#/chat`)
  await expect(fresh.getByTestId('without')).toContainText('no Ollama')
  await ollama.start()
  await expect(fresh.getByTestId('start')).toBeVisible({ timeout: 60_000 })
  await fresh.close()
  await page.getByTestId('failure').getByRole('button', { name: 'Answer anew' }).click()
  await expect(page.getByTestId('failure')).toHaveCount(0)
  await expect(words(page)).toContainText('One more, and then the next', { timeout: 60_000 })
})
