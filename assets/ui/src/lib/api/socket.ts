/**
 * The live socket: opens it, keeps it open for ever, and hands on what comes. Knows nothing of what the
 * page shows.
 */
import { Backoff } from './backoff'
import { BoxClock } from './clock'
import { Kind, readHeader, type PictureHeader } from './picture'
import type { ClientMessage, ServerMessage } from './types'

export type Link =
  | { state: 'connecting' }
  | { state: 'open' }
  /** Lost or refused; the next try is at `retryAtMs` of `performance.now()`. */
  | { state: 'lost'; retryAtMs: number; attempts: number }

export interface Handlers {
  link(link: Link): void
  message(message: ServerMessage): void
  picture(header: PictureHeader, message: ArrayBuffer): void
}

/** Pings come quickly at first, so that the clock is known at once, then now and then. */
const FIRST_PINGS = 8
const QUICK_PING_MS = 60
const PING_MS = 5_000
/** No message at all for this long means that the line is dead, however the browser sees it. */
const SILENCE_MS = 12_000

export class LiveSocket {
  readonly clock = new BoxClock()
  #ws: WebSocket | null = null
  #backoff = new Backoff()
  #retry: ReturnType<typeof setTimeout> | undefined
  #ping: ReturnType<typeof setTimeout> | undefined
  #pings = 0
  #heardMs = 0
  #closed = false

  constructor(
    private readonly url: string,
    private readonly handlers: Handlers,
  ) {}

  open(): void {
    this.#closed = false
    clearTimeout(this.#retry)
    this.#ws?.close()
    this.handlers.link({ state: 'connecting' })
    const ws = new WebSocket(this.url)
    ws.binaryType = 'arraybuffer'
    this.#ws = ws
    this.#heardMs = performance.now()
    ws.onmessage = (e: MessageEvent<string | ArrayBuffer>) => {
      if (this.#ws === ws) this.#hear(e.data)
    }
    ws.onclose = () => {
      if (this.#ws === ws) this.#lost()
    }
    this.#watch()
  }

  /** Sends if the line is open; says whether it did. */
  send(message: ClientMessage): boolean {
    if (this.#ws?.readyState !== WebSocket.OPEN) return false
    this.#ws.send(JSON.stringify(message))
    return true
  }

  close(): void {
    this.#closed = true
    clearTimeout(this.#retry)
    clearTimeout(this.#ping)
    this.#ws?.close()
    this.#ws = null
  }

  #hear(data: string | ArrayBuffer): void {
    this.#heardMs = performance.now()
    if (typeof data !== 'string') {
      const header = readHeader(data)
      if (header?.kind === Kind.Live) this.handlers.picture(header, data)
      return
    }
    let message: ServerMessage
    try {
      message = JSON.parse(data) as ServerMessage
    } catch {
      return
    }
    if (message.type === 'hello') {
      this.#backoff.reset()
      this.clock.reset()
      this.#pings = 0
      this.handlers.link({ state: 'open' })
    } else if (message.type === 'pong') {
      this.clock.add(message.t, performance.now(), message.now_us)
    }
    this.handlers.message(message)
    if (message.type === 'hello') this.#watch()
  }

  #lost(): void {
    this.#ws = null
    clearTimeout(this.#ping)
    if (this.#closed) return
    const waitMs = this.#backoff.next()
    this.handlers.link({
      state: 'lost',
      retryAtMs: performance.now() + waitMs,
      attempts: this.#backoff.attempts,
    })
    this.#retry = setTimeout(() => this.open(), waitMs)
  }

  /** Pings, and gives a line up that has gone silent. */
  #watch(): void {
    clearTimeout(this.#ping)
    const ws = this.#ws
    if (!ws) return
    const nowMs = performance.now()
    if (nowMs - this.#heardMs > SILENCE_MS) {
      // A close handshake on a dead line may take minutes: do not wait for it.
      ws.onclose = null
      ws.close()
      this.#lost()
      return
    }
    if (this.send({ type: 'ping', t: nowMs })) this.#pings += 1
    this.#ping = setTimeout(
      () => this.#watch(),
      this.#pings > 0 && this.#pings < FIRST_PINGS ? QUICK_PING_MS : PING_MS,
    )
  }
}

/** Where a socket of this box lives, from the page's own address. */
export function socketUrl(
  path: string,
  here: { protocol: string; host: string } = location,
): string {
  return `${here.protocol === 'https:' ? 'wss' : 'ws'}://${here.host}${path}`
}
