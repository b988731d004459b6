/**
 * A real Ollama server with the small models of `tests/ollama/` (`reciter` thinks, `plain`, `seer` takes
 * pictures, `embedder`), on a port of its own.
 */
import { spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { join, resolve } from 'node:path'

const SCRIPTS = resolve(import.meta.dirname, '../../../../scripts')

export class Ollama {
  url = ''
  #serving: ChildProcess | null = null
  #server = 0

  /** Whether there is one. In CI there has to be. */
  static there(): boolean {
    const there = spawnSync(join(SCRIPTS, 'fetch-ollama'), ['--there']).status === 0
    if (!there && process.env.CI)
      throw new Error('no Ollama server: scripts/fetch-ollama builds one')
    if (!there) console.log('SKIPPED: no Ollama server here: scripts/fetch-ollama builds one')
    return there
  }

  /** Starts it; again on the same address, if it has had one. */
  async start(): Promise<this> {
    const port = this.url ? ['--port', new URL(this.url).port] : []
    const serving = spawn(join(SCRIPTS, 'serve-ollama'), port, {
      stdio: ['pipe', 'pipe', 'inherit'],
    })
    this.#serving = serving
    const line = await new Promise<string>((heard, failed) => {
      createInterface(serving.stdout).once('line', heard)
      serving.once('exit', (code) => failed(new Error(`serve-ollama ended with ${code}`)))
    })
    const [, url, server] = /^ollama (\S+) (\d+)$/.exec(line) ?? []
    if (!url) throw new Error(`serve-ollama said ${line}`)
    this.url = url
    this.#server = Number(server)
    return this
  }

  /** Ends it at once, with what it runs, as a crash would. */
  async kill(): Promise<void> {
    process.kill(-this.#server, 'SIGKILL')
    await this.#ended()
  }

  /** Holds what runs its models, in the middle of an answer; the server itself goes on. */
  hold(): void {
    for (const runner of this.#runners()) process.kill(runner, 'SIGSTOP')
  }

  letGo(): void {
    for (const runner of this.#runners()) process.kill(runner, 'SIGCONT')
  }

  /** Its child processes. */
  #runners(): number[] {
    return readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .filter((pid) => {
        try {
          // After the name, which may have anything in it: the state, then the parent.
          const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
          return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]) === this.#server
        } catch {
          return false
        }
      })
      .map(Number)
  }

  async stop(): Promise<void> {
    this.#serving?.stdin?.end()
    await this.#ended()
  }

  async #ended(): Promise<void> {
    const serving = this.#serving
    this.#serving = null
    if (serving && serving.exitCode === null)
      await new Promise((done) => serving.once('exit', done))
  }
}
