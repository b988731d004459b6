// What `scripts/measure-canvas` does. Options: --seconds N (how long each part looks, 20 at first),
// --objects N (4, 500 and 2,000 at first), --viewers N (20 at first).
import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { connect } from 'node:net'
import { cpus, loadavg, tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { markHands, spread, told, traced } from './measure_trace.mjs'

const ROOT = resolve(import.meta.dirname, '..')
const { chromium } = createRequire(join(ROOT, 'assets/ui/package.json'))('@playwright/test')
const BIN = process.env.DIXI_BIN ?? join(ROOT, 'target/release/dixi')
const CHROMIUM = [process.env.CHROMIUM, '/usr/bin/chromium', '/usr/bin/google-chrome'].find(
  (path) => path && existsSync(path),
)
const option = (name, usual) => {
  const at = process.argv.indexOf(`--${name}`)
  return at < 0 ? usual : Number(process.argv[at + 1])
}
const SECONDS = option('seconds', 20)
const OBJECTS = option('objects', 0)
const VIEWERS = option('viewers', 20)
const sleep = (s) => new Promise((done) => setTimeout(done, s * 1000))

async function start() {
  const dir = mkdtempSync(join(tmpdir(), 'dixi-measure-'))
  const args = ['serve', '--open-loopback', '--camera', 'demo', '--listen', '127.0.0.1:0', '--data-dir', dir]
  // The welcome would stand before the page.
  args.push('--set', 'ui.welcomed=true')
  const child = spawn(BIN, args, { stdio: ['ignore', 'pipe', 'pipe'] })
  const url = await new Promise((found, failed) => {
    let said = ''
    const hear = (chunk) => {
      said += chunk
      const ready = /ready: open (http:\/\/\S+?)\/?\s/.exec(said)
      if (ready) found(ready[1])
    }
    child.stdout.on('data', hear)
    child.stderr.on('data', hear)
    child.once('exit', (code) => failed(new Error(`dixi ended with ${code}:\n${said}`)))
  })
  const stop = async () => {
    const gone = new Promise((done) => child.once('exit', done))
    child.kill('SIGTERM')
    await gone
    rmSync(dir, { recursive: true, force: true })
  }
  return { url, stop }
}

const send = (url, path, body, method = 'POST') =>
  fetch(`${url}/api/v1/${path}`, {
    method,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
const status = async (url) => (await fetch(`${url}/api/v1/status`)).json()

/** A page that shows the canvas. */
async function open(browser, url) {
  const page = await browser.newPage({ viewport: { width: 1440, height: 900 } })
  await page.addInitScript(markHands)
  await page.goto(`${url}/#/`)
  await page.getByTestId('stage').waitFor()
  await sleep(3)
  return page
}

/** A scene of many things, as a file. */
function scene(objects) {
  const kinds = ['box', 'sphere', 'cone', 'cylinder', 'torus', 'plane']
  const object = (_, i) => ({
    id: i + 1,
    form: { kind: kinds[i % kinds.length] },
    position: [((i * 7) % 150) / 10 - 7.5, ((i * 13) % 84) / 10 - 4.2, ((i * 5) % 60) / 10 - 4],
    rotation: [0, 0, 0, 1],
    scale: [0.4, 0.4, 0.4],
    colour: '#4be3b4',
    label: `Thing ${i}`,
    locked: false,
  })
  const list = Array.from({ length: objects }, object)
  return { format: 'dixi-scene', version: 1, name: 'Many', objects: list, pictures: {} }
}

/** A page that takes all of a scene into its hand and moves it as often as a person's mouse would. */
async function drag(url, ids, seconds) {
  const socket = new WebSocket(`${url.replace('http', 'ws')}/api/v1/ws`)
  await new Promise((open) => (socket.onopen = open))
  const refusals = []
  const waiting = new Map()
  socket.onmessage = ({ data }) => {
    const m = typeof data === 'string' ? JSON.parse(data) : {}
    if (m.type === 'refused' || m.type === 'error') refusals.push(m.error.what)
    if (m.type === 'did') waiting.get(m.id)?.(performance.now())
  }
  let id = 0
  const done = (command) =>
    new Promise((answered) => {
      waiting.set(++id, answered)
      socket.send(JSON.stringify({ type: 'do', id, command }))
    })
  const quiet = '{"type":"subscribe","pictures":false,"observations":false,"canvas":false}'
  socket.send(quiet)
  await done({ command: 'grab', ids: ids.map((o) => o.id) })
  const took = []
  const until = performance.now() + seconds * 1000
  for (let n = 0; performance.now() < until; n++) {
    const [x, y] = [Math.sin(n / 9) * 0.5, Math.cos(n / 7) * 0.3]
    const transforms = ids.map(({ id, position: [a, b, c], rotation, scale }) => ({
      id,
      position: [a + x, b + y, c].map((v) => Math.round(v * 1e5) / 1e5),
      rotation,
      scale,
    }))
    const from = performance.now()
    took.push((await done({ command: 'drag', transforms })) - from)
    await sleep(Math.max(0.001, 0.034 - (performance.now() - from) / 1000))
  }
  socket.send(JSON.stringify({ type: 'do', id: ++id, command: { command: 'let_back' } }))
  await sleep(0.3)
  socket.close()
  if (refusals.length > 0) throw new Error(`the box refused a drag: ${refusals[0]}`)
  return spread(took)
}

/** Viewers that read everything; how many observations each got a second. */
async function viewers(url, count) {
  const got = new Array(count).fill(0)
  const sockets = got.map((_, i) => {
    const socket = new WebSocket(`${url.replace('http', 'ws')}/api/v1/ws`)
    socket.onopen = () => socket.send('{"type":"subscribe","observations":true,"canvas":true}')
    socket.onmessage = (m) => {
      if (typeof m.data === 'string' && m.data.startsWith('{"type":"observation"')) got[i]++
    }
    return socket
  })
  await sleep(2)
  got.fill(0)
  await sleep(SECONDS)
  const rates = got.map((n) => n / SECONDS).sort((a, b) => a - b)
  sockets.forEach((s) => s.close())
  return rates
}

/** A viewer that asks for everything and never reads. */
function stall(url) {
  const { hostname, port } = new URL(url)
  const socket = connect({ host: hostname, port: Number(port) }, () => {
    socket.write(
      `GET /api/v1/ws HTTP/1.1\r\nHost: ${hostname}:${port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n` +
        'Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n',
    )
    // A masked text frame, its mask all zeros.
    const text = Buffer.from('{"type":"subscribe","pictures":true,"observations":true,"canvas":true}')
    socket.write(Buffer.concat([Buffer.from([0x81, 0x80 | text.length, 0, 0, 0, 0]), text]))
    socket.pause()
  })
  socket.on('error', () => {})
  return socket
}

const two = (s, digits = 0) =>
  s ? `${s.p50.toFixed(digits)}, ${s.p95.toFixed(digits)} ms` : 'not told'
const three = (s) => (s ? `${two(s, 1).slice(0, -3)}, ${s.most.toFixed(1)} ms` : 'not told')
const rows = []
const row = (what, value) => {
  rows.push([what, value])
  console.error(`${what}: ${value}`)
}

/** One scene: hands move over it, then all of it is moved at once. */
async function look(browser, box, objects) {
  const list = scene(objects)
  const made = await send(box.url, 'scenes', list)
  const { scene: id } = await made.json()
  if (!made.ok) throw new Error(`the scene of ${objects} was refused`)
  await send(box.url, 'command', { command: 'open_scene', scene: id })
  const page = await open(browser, box.url)
  // The page's beginning is forgotten by then; and tracing takes time of its own.
  await sleep(Math.max(10, SECONDS))
  const now = await status(box.url)
  const pill = await page.getByTestId('screen-p95').textContent()
  const still = told(await traced(browser, () => sleep(SECONDS)), SECONDS)
  row(`**${objects} objects**`, '')
  row('frames a second: seen, drawn', `${now.fps.toFixed(1)}, ${still.fps.toFixed(1)}`)
  row('pipeline, p50 and p95', two(now.pipeline_ms))
  row('capture to event on the socket, p50 and p95', two(now.capture_to_event_ms))
  row('event to screen, by the browser’s trace, p50 and p95', two(still.eventToScreen))
  row('capture to drawn, as the page tells it, p50 and p95', two(now.capture_to_drawn_ms))
  row('the same p95 in the pill', `${pill} ms`)
  row("page's own work a frame, hands only: p50, p95, most", three(still.own))

  const there = await (await fetch(`${box.url}/api/v1/scenes/${id}`)).json()
  let answered = null
  const does = async () => (answered = await drag(box.url, there.objects, SECONDS))
  const moved = told(await traced(browser, does), SECONDS)
  row('all moved at once: frames drawn a second', moved.fps.toFixed(1))
  row('page’s own scripts a frame: p50, p95, most', three(moved.script))
  row('page’s whole main thread a frame: p50, p95, most', three(moved.own))
  row('the box’s answer to a drag of all, p50 and p95', two(answered, 1))
  await page.close()
}

const load = loadavg()[0]
const box = await start()
const browser = await chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox'] })
try {
  for (const objects of OBJECTS > 0 ? [OBJECTS] : [4, 500, 2000]) await look(browser, box, objects)
  const alone = await viewers(box.url, VIEWERS - 1)
  const stalled = stall(box.url)
  const beside = await viewers(box.url, VIEWERS - 1)
  stalled.destroy()
  const least = (rates) => `${rates[0].toFixed(1)} least, ${rates.at(-1).toFixed(1)} most`
  row('**many viewers**', '')
  row(`observations a second for ${VIEWERS - 1} viewers`, least(alone))
  row('the same beside one that is stalled', least(beside))
} finally {
  await browser.close()
  await box.stop()
}
console.log(`${cpus().length} cores (${cpus()[0].model}), load ${load.toFixed(1)} before, ${new Date().toISOString().slice(0, 10)}\n`)
console.log('| | |\n| --- | --- |')
for (const [what, value] of rows) console.log(`| ${what} | ${value} |`)
