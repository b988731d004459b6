/** Starts and stops the real binary, the way a person would, on a free port and with a state of its own. */
import { spawn, type ChildProcess } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'

const ROOT = resolve(import.meta.dirname, '../../../..')
const READY_MS = 60_000

export const BIN = process.env.DIXI_BIN ?? join(ROOT, 'target/release/dixi')
export const RESULTS = resolve(import.meta.dirname, '../../test-results')

export class Box {
  url = ''
  readonly dataDir = mkdtempSync(join(tmpdir(), 'dixi-e2e-'))
  #child: ChildProcess | null = null
  #said = ''
  /** Whoever is at this machine may do everything; else a login is needed. */
  open = true

  /** Starts it; again on the same address, if it has had one. */
  async start(camera = 'demo', welcomed = true, more: string[] = []): Promise<this> {
    if (!existsSync(BIN))
      throw new Error(`${BIN} is not built: run \`make build\`, or set DIXI_BIN`)
    const listen = this.url ? new URL(this.url).host : '127.0.0.1:0'
    const args = [
      'serve',
      ...(this.open ? ['--open-loopback'] : []),
      '--camera',
      camera,
      '--listen',
      listen,
      '--data-dir',
      this.dataDir,
      ...more,
    ]
    // The welcome would stand before every page.
    if (welcomed) args.push('--set', 'ui.welcomed=true')
    const child = spawn(BIN, args, { stdio: ['ignore', 'pipe', 'pipe'] })
    this.#child = child
    this.#said = ''
    this.url = await new Promise<string>((found, failed) => {
      const tooLong = setTimeout(() => failed(new Error(`no address:\n${this.#said}`)), READY_MS)
      const hear = (chunk: Buffer) => {
        this.#said = (this.#said + chunk.toString()).slice(-20_000)
        const url = /ready: open (http:\/\/\S+)/.exec(this.#said)?.[1]
        if (!url) return
        clearTimeout(tooLong)
        found(url.replace(/\/$/, ''))
      }
      child.stdout.on('data', hear)
      child.stderr.on('data', hear)
      child.once('exit', (code) => {
        clearTimeout(tooLong)
        failed(new Error(`dixi ended with ${code}:\n${this.#said}`))
      })
    })
    return this
  }

  /** Waits until its log says this. */
  async heard(what: RegExp, withinMs = 30_000): Promise<void> {
    const until = Date.now() + withinMs
    while (!what.test(this.#said)) {
      if (Date.now() > until) throw new Error(`never said ${what}:\n${this.#said}`)
      await new Promise((next) => setTimeout(next, 50))
    }
  }

  /** The first owner's one-time link, which a closed box prints. */
  async setupLink(): Promise<string> {
    for (let i = 0; i < 100; i++) {
      const link = /(http\S+\/#\/setup\/\S+)/.exec(this.#said)?.[1]
      if (link) return link
      await new Promise((done) => setTimeout(done, 100))
    }
    throw new Error(`no link:\n${this.#said}`)
  }

  /** Takes it away without a word, as a power cut would. */
  async kill(): Promise<void> {
    const child = this.#child
    this.#child = null
    if (!child || child.exitCode !== null || child.signalCode !== null) return
    const gone = new Promise((done) => child.once('exit', done))
    child.kill('SIGKILL')
    await gone
  }

  async remove(): Promise<void> {
    await this.kill()
    rmSync(this.dataDir, { recursive: true, force: true })
  }

  async status(): Promise<{
    camera: { state: string; source: string; name: string }
    fps: number
  }> {
    const answer = await fetch(`${this.url}/api/v1/status`)
    return (await answer.json()) as {
      camera: { state: string; source: string; name: string }
      fps: number
    }
  }
}
