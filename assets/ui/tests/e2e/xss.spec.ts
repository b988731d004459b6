/** Words of people and of the network are words: whatever they look like, no page runs them. */
import { Box } from './box'
import { expect, takeForbidden, test as base } from './test'

const PASSWORD = 'plum tortoise ladder'
/** Each would set `window.xss`, where a page took it for more than words. */
const CORPUS = [
  '<script>window.xss=1</script>',
  '"><script>window.xss=1</script>',
  '<img src=x onerror=window.xss=1>',
  '\'"><img src=x onerror=window.xss=1>',
  '<svg onload=window.xss=1>',
  '<svg><script>window.xss=1</script>',
  '<svg><animate onbegin=window.xss=1 attributeName=x>',
  '<iframe srcdoc="<script>parent.xss=1</script>">',
  '<iframe src=javascript:parent.xss=1>',
  '<body onload=window.xss=1>',
  '<details open ontoggle=window.xss=1>x',
  '<input autofocus onfocus=window.xss=1>',
  '<a href="javascript:window.xss=1">x</a>',
  '<math><mi xlink:href="javascript:window.xss=1">x',
  '<form><button formaction=javascript:window.xss=1>x',
  '<object data="javascript:window.xss=1">',
  '<base href="javascript:window.xss=1//">',
  '<meta http-equiv=refresh content="0;javascript:window.xss=1">',
  '<style>@import "javascript:window.xss=1"</style>',
  '</title><script>window.xss=1</script>',
  '--><script>window.xss=1</script>',
  '`<img src=x onerror=window.xss=1>`',
  'javascript:window.xss=1',
  '{{constructor.constructor("window.xss=1")()}}',
  '${window.xss=1}',
  "';window.xss=1//",
  '&lt;script&gt;window.xss=1&lt;/script&gt;',
  '\\u003cscript\\u003ewindow.xss=1\\u003c/script\\u003e',
  '<noscript><p title="</noscript><img src=x onerror=window.xss=1>">',
  '<x onclick=window.xss=1 tabindex=1 id=x autofocus onfocus=window.xss=1>',
]

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

/** The owner, by the API. */
class Owner {
  cookie = ''
  /** How many strings each place took. */
  readonly took: Record<string, number> = {}

  constructor(private readonly box: Box) {}

  async ask(method: string, path: string, body?: unknown): Promise<Response> {
    return fetch(this.box.url + path, {
      method,
      headers: {
        'content-type': 'application/json',
        origin: this.box.url,
        ...(this.cookie ? { cookie: this.cookie } : {}),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
  }

  /** Puts a string somewhere; some places refuse some, which is as good. */
  async put(place: string, method: string, path: string, body: unknown): Promise<void> {
    const answer = await this.ask(method, path, body)
    expect(answer.status, `${place}: ${await answer.text()}`).toBeLessThan(500)
    this.took[place] = (this.took[place] ?? 0) + Number(answer.ok)
  }

  async comeIn(): Promise<void> {
    const token = (await this.box.setupLink()).split('/').at(-1)
    const answer = await this.ask('POST', '/api/v1/setup', {
      token,
      name: 'Anna',
      password: PASSWORD,
    })
    expect(answer.ok).toBe(true)
    this.cookie = (answer.headers.get('set-cookie') ?? '').split(';')[0] ?? ''
  }
}

async function fill(owner: Owner): Promise<void> {
  const command = (place: string, body: object) => owner.put(place, 'POST', '/api/v1/command', body)
  for (const [i, words] of CORPUS.entries()) {
    const form = i % 2 === 0 ? { kind: 'text', text: words } : { kind: 'box' }
    await command('objects', { command: 'create', form, label: words })
    await owner.put('tokens', 'POST', '/api/v1/tokens', {
      kind: i % 2 === 0 ? 'api' : 'kiosk',
      name: words.slice(0, 60),
      scopes: ['canvas'],
    })
    await command('outputs', {
      command: 'set_keystone',
      output: words,
      corners: [
        [0, 0],
        [1, 0],
        [1, 1],
        [0, 0.9],
      ],
    })
    await command('cameras', { command: 'select_camera', source: `file:/tmp/${words}` })
  }
  // Names that many people or scenes have take their time: some of each.
  for (const words of CORPUS.filter((_, i) => i % 3 === 0)) {
    await owner.put('people', 'POST', '/api/v1/accounts', {
      name: words.slice(0, 40),
      role: 'viewer',
      password: PASSWORD,
    })
    // Who tries to come in is in the audit log, and in the log.
    await owner.put('logins', 'POST', '/api/v1/login', {
      name: words,
      password: 'no such password',
    })
  }
  for (const words of CORPUS) {
    await command('scenes', { command: 'new_scene', name: words })
  }
  await command('objects', {
    command: 'create',
    form: { kind: 'text', text: CORPUS[2] },
    label: CORPUS[2],
  })
  for (const [key, words] of [
    ['ui.box_name', CORPUS[2]],
    ['ui.owner_name', CORPUS[3]],
    ['server.security_contact', CORPUS[12]],
  ])
    await owner.put('settings', 'PUT', `/api/v1/settings/${key}`, { value: words })
}

const PAGES = [
  '#/',
  '#/chat',
  '#/gestures',
  '#/gestures/bindings',
  '#/camera',
  '#/calibration',
  '#/scenes',
  '#/settings',
  '#/settings/audit',
  '#/status',
  '#/status/logs',
  'projector',
]

test('no word that people or the network chose is run by any page', async ({
  closed,
  chromium,
}) => {
  const owner = new Owner(closed)
  await owner.comeIn()
  await fill(owner)
  const context = await chromium.newContext({ viewport: { width: 1280, height: 900 } })
  const [name = '', value = ''] = owner.cookie.split('=')
  await context.addCookies([{ name, value, url: closed.url }])
  const ran: string[] = []
  const page = await context.newPage()
  page.on('dialog', (d) => {
    ran.push(`dialog: ${d.message()}`)
    void d.dismiss()
  })
  let shown = 0
  for (const place of PAGES) {
    await page.goto(`${closed.url}/${place}`)
    await page.reload()
    if (place === 'projector') await expect(page.locator('canvas').first()).toBeVisible()
    else await expect(page.locator('main h1').first()).toBeAttached()
    if (place === '#/scenes') await expect(page.getByTestId('scenes')).toContainText('onerror')
    if (place === '#/settings/audit') await expect(page.locator('main')).toContainText('onerror')
    if (place === '#/settings')
      await expect(page.locator('main')).toContainText('<img src=x onerror=window.xss=1>')
    const found = await page.evaluate((corpus) => {
      const made =
        'img[src="x"], iframe, object, embed, base, a[href^="javascript" i], [onload], [onerror], [onfocus], [onclick], [ontoggle], [onbegin], [formaction], meta[http-equiv="refresh" i]'
      const text = document.documentElement.innerText
      return {
        xss: (window as unknown as { xss?: number }).xss,
        made: [...document.querySelectorAll(made)].map((e) => e.outerHTML.slice(0, 200)),
        seen: corpus.filter((words) => text.includes(words.slice(0, 30))).length,
      }
    }, CORPUS)
    if (found.xss !== undefined) ran.push(`${place}: ran`)
    expect(found.made, place).toEqual([])
    shown += found.seen
  }
  await context.close()
  const places = Object.entries(owner.took)
  console.log(
    `${CORPUS.length} strings; taken by ${places.map(([p, n]) => `${p} ${n}`).join(', ')}; ` +
      `seen ${shown} times on ${PAGES.length} pages: ${ran.length} run`,
  )
  expect(ran).toEqual([])
  expect(shown).toBeGreaterThan(CORPUS.length)
  // Names of people and outputs take none of these, and a login by such a name is only noted.
  for (const place of ['objects', 'tokens', 'cameras', 'scenes', 'settings'])
    expect(owner.took[place], `${place} took none`).toBeGreaterThan(0)
})

test('what the content policy forbids is noticed, on any page', async ({ chromium, box }) => {
  const page = await chromium.newPage()
  await page.goto(box.url)
  await page.evaluate(() => {
    const script = document.createElement('script')
    script.textContent = 'window.xss = 1'
    document.body.append(script)
  })
  await expect.poll(() => takeForbidden().length).toBeGreaterThan(0)
  expect(await page.evaluate(() => (window as unknown as { xss?: number }).xss)).toBeUndefined()
  await page.close()
  takeForbidden()
})
