// What `scripts/measure-canvas` does. Options: --seconds N (how long each part looks, 20 at first),
// --objects N (500 at first), --viewers N (20 at first).
import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { connect } from 'node:net'
import { cpus, loadavg, tmpdir } from 'node:os'
import { join, resolve } from 'node:path'

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
const OBJECTS = option('objects', 500)
const VIEWERS = option('viewers', 20)
const sleep = (s) => new Promise((done) => setTimeout(done, s * 1000))

async function start() {
  const dir = mkdtempSync(join(tmpdir(), 'dixi-measure-'))
  const args = ['serve', '--camera', 'demo', '--listen', '127.0.0.1:0', '--data-dir', dir]
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

/** The page's main thread, by the browser's own counters: milliseconds a frame, and frames a second. */
async function work(page) {
  const cdp = await page.context().newCDPSession(page)
  await cdp.send('Performance.enable')
  const metrics = async () => {
    const { metrics } = await cdp.send('Performance.getMetrics')
    return Object.fromEntries(metrics.map((m) => [m.name, m.value]))
  }
  await page.evaluate(() => {
    window.frames_ = 0
    const count = () => {
      window.frames_++
      requestAnimationFrame(count)
    }
    requestAnimationFrame(count)
  })
  const [before, from] = [await metrics(), await page.evaluate(() => window.frames_)]
  await sleep(SECONDS)
  const [after, to] = [await metrics(), await page.evaluate(() => window.frames_)]
  const frames = Math.max(1, to - from)
  const ms = (...names) =>
    (names.reduce((sum, n) => sum + after[n] - before[n], 0) * 1000) / frames
  return {
    fps: frames / (after.Timestamp - before.Timestamp),
    script: ms('ScriptDuration'),
    own: ms('ScriptDuration', 'LayoutDuration', 'RecalcStyleDuration'),
    task: ms('TaskDuration'),
  }
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

const spread = (s) => (s ? `${s.p50.toFixed(0)}, ${s.p95.toFixed(0)} ms` : 'not told')
const rows = []
const row = (what, value) => {
  rows.push([what, value])
  console.error(`${what}: ${value}`)
}

const load = loadavg()[0]
const box = await start()
const browser = await chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox'] })
try {
  let page = await open(browser, box.url)
  await sleep(SECONDS)
  const now = await status(box.url)
  row('frames a second, seen', now.fps.toFixed(1))
  row('pipeline, p50 and p95', spread(now.pipeline_ms))
  row('capture to event on the socket, p50 and p95', spread(now.capture_to_event_ms))
  row('capture to drawn on the canvas, p50 and p95', spread(now.capture_to_drawn_ms))

  const made = await send(box.url, 'scenes', scene(OBJECTS))
  const { scene: id } = await made.json()
  if (!made.ok) throw new Error(`the scene of ${OBJECTS} was refused`)
  await send(box.url, 'command', { command: 'open_scene', scene: id })
  await sleep(3)
  const w = await work(page)
  row(`page's own work a frame, ${OBJECTS} objects`, `${w.own.toFixed(2)} ms (script ${w.script.toFixed(2)})`)
  row('its main thread in all, a frame', `${w.task.toFixed(2)} ms at ${w.fps.toFixed(1)} frames a second`)
  const many = await status(box.url)
  row(`capture to drawn, ${OBJECTS} objects, p50 and p95`, spread(many.capture_to_drawn_ms))
  await page.close()

  const alone = await viewers(box.url, VIEWERS - 1)
  const stalled = stall(box.url)
  const beside = await viewers(box.url, VIEWERS - 1)
  stalled.destroy()
  const least = (rates) => `${rates[0].toFixed(1)} least, ${rates.at(-1).toFixed(1)} most`
  row(`observations a second for ${VIEWERS - 1} viewers`, least(alone))
  row('the same beside one that is stalled', least(beside))
} finally {
  await browser.close()
  await box.stop()
}
console.log(`${cpus().length} cores (${cpus()[0].model}), load ${load.toFixed(1)} before, ${new Date().toISOString().slice(0, 10)}\n`)
console.log('| | |\n| --- | --- |')
for (const [what, value] of rows) console.log(`| ${what} | ${value} |`)
