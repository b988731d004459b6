/**
 * The live view's engine: JPEG to picture, picture and numbers together, both onto their canvases in one
 * animation frame, and how long all that took since the shutter. Nothing here is reactive: it runs for
 * every frame.
 */
import type { BoxClock } from '../api/clock'
import type { PictureHeader } from '../api/picture'
import type { ClientMessage, Observation, Spread } from '../api/types'
import { FrameMatcher } from './match'
import { Painter, type Look } from './painter'
import { Window } from './spread'

interface Picture {
  bitmap: ImageBitmap
  capturedUs: number
}

export interface Measured {
  screen: Spread | null
  last: { seq: number; hands: number } | null
  /** Pictures painted in the last second. */
  fps: number
}

const REPORT_MS = 250
const ACK_MS = 20

export class LiveEngine {
  look: Look = { mirrored: true, skeleton: true, labels: true, trails: true }
  /** The size of the pictures, once one is here. */
  onSize: (width: number, height: number) => void = () => {}

  #screens: { picture: HTMLCanvasElement; overlay: HTMLCanvasElement }[] = []
  #picture: HTMLCanvasElement | null = null
  #overlay: HTMLCanvasElement | null = null
  #painter = new Painter()
  #matcher = new FrameMatcher<Picture, Observation>((seq, p) => {
    p.bitmap.close()
    this.#seen(seq)
  })
  #decoding = false
  #next: { header: PictureHeader; message: ArrayBuffer } | null = null
  #frame = 0
  #epoch = 0
  #newest: Observation | null = null
  #pictures = true
  #screen = new Window()
  #paintedMs: number[] = []
  #reportedMs = 0
  #last: Measured['last'] = null
  #acks: number[] = []
  #ackedMs = 0
  #ackTimer: ReturnType<typeof setTimeout> | undefined

  constructor(
    private readonly send: (message: ClientMessage) => boolean,
    private readonly clock: BoxClock,
  ) {}

  /** Gives it the canvases to paint on; returns how to take them away again. */
  attach(picture: HTMLCanvasElement, overlay: HTMLCanvasElement): () => void {
    const screen = { picture, overlay }
    this.#screens.push(screen)
    this.#use()
    const observer = new ResizeObserver(() => this.#fit())
    observer.observe(overlay)
    return () => {
      observer.disconnect()
      this.#screens = this.#screens.filter((s) => s !== screen)
      cancelAnimationFrame(this.#frame)
      this.#frame = 0
      this.#use()
    }
  }

  /** The canvases attached last are painted on; those below them again when they are gone. */
  #use(): void {
    const screen = this.#screens.at(-1)
    this.#picture = screen?.picture ?? null
    this.#overlay = screen?.overlay ?? null
    this.#fit()
  }

  /** With pictures off the numbers alone are painted, as they come. */
  setPictures(on: boolean): void {
    if (this.#pictures === on) return
    this.#pictures = on
    if (!on) this.blank()
  }

  takePicture(header: PictureHeader, message: ArrayBuffer): void {
    // One JPEG at a time; of those that wait, the newest wins.
    if (this.#next) this.#seen(this.#next.header.seq)
    this.#next = { header, message }
    if (!this.#decoding) void this.#decode()
  }

  takeObservation(observation: Observation): void {
    this.#newest = observation
    this.#matcher.addObservation(observation.seq, observation)
    this.#wake()
  }

  /** Numbers of another run of the box, or of another camera, are no use any more. */
  reset(): void {
    this.#epoch += 1
    if (this.#next) this.#seen(this.#next.header.seq)
    this.#next = null
    this.#newest = null
    this.#matcher.reset()
    this.#painter.clear()
    this.#screen.clear()
    this.#paintedMs = []
    this.#last = null
  }

  /** Takes the picture off the screen: a paused camera shows nothing. */
  blank(): void {
    this.reset()
    for (const canvas of [this.#picture, this.#overlay]) {
      const ctx = canvas?.getContext('2d')
      if (!canvas || !ctx) continue
      ctx.setTransform(1, 0, 0, 1, 0, 0)
      ctx.clearRect(0, 0, canvas.width, canvas.height)
    }
  }

  /** Draws the present numbers again, after a change of look. */
  refresh(): void {
    if (this.#shown || this.#newest) this.#paintOverlay(this.#pictures ? this.#shown : this.#newest)
  }
  #shown: Observation | null = null

  measured(): Measured {
    const nowMs = performance.now()
    this.#paintedMs = this.#paintedMs.filter((t) => nowMs - t < 1000)
    return { screen: this.#screen.spread(), last: this.#last, fps: this.#paintedMs.length }
  }

  async #decode(): Promise<void> {
    this.#decoding = true
    while (this.#next) {
      const { header, message } = this.#next
      this.#next = null
      const epoch = this.#epoch
      try {
        const jpeg = new Blob([new Uint8Array(message, header.length)], { type: 'image/jpeg' })
        const bitmap = await createImageBitmap(jpeg)
        if (epoch === this.#epoch && this.#pictures)
          this.#matcher.addPicture(
            header.seq,
            { bitmap, capturedUs: header.capturedUs },
            performance.now(),
          )
        else {
          bitmap.close()
          this.#seen(header.seq)
        }
      } catch {
        // A broken JPEG is one frame less; the next may come.
        this.#seen(header.seq)
      }
      this.#wake()
    }
    this.#decoding = false
  }

  /** The box takes 60 messages a second, whatever the camera's rate: acknowledgements keep below that. */
  #seen(seq: number): void {
    this.#acks.push(seq)
    this.#acknowledge()
  }

  readonly #acknowledge = (): void => {
    if (this.#ackTimer !== undefined || this.#acks.length === 0) return
    const waitMs = this.#ackedMs + ACK_MS - performance.now()
    if (waitMs > 0) {
      this.#ackTimer = setTimeout(() => {
        this.#ackTimer = undefined
        this.#acknowledge()
      }, waitMs)
      return
    }
    this.#ackedMs = performance.now()
    this.send({ type: 'seen', seq: this.#acks.shift() as number })
    this.#acknowledge()
  }

  #wake(): void {
    if (this.#frame === 0 && this.#overlay) this.#frame = requestAnimationFrame(() => this.#paint())
  }

  #paint(): void {
    this.#frame = 0
    if (!this.#pictures) {
      this.#paintOverlay(this.#newest)
      return
    }
    const shown = this.#matcher.take(performance.now())
    if (!shown) {
      // A picture waits for its numbers: look again, for it does not wait for ever.
      if (this.#matcher.waiting > 0) this.#wake()
      return
    }
    this.#paintPicture(shown.picture)
    this.#paintOverlay(shown.observation)
    this.#last = { seq: shown.seq, hands: shown.observation?.hands.length ?? 0 }
    this.#seen(shown.seq)
    const { capturedUs } = shown.picture
    // What was painted in this animation frame is on the screen when the next one begins.
    requestAnimationFrame(() => this.#measure(capturedUs))
    if (this.#matcher.waiting > 0) this.#wake()
  }

  #paintPicture({ bitmap }: Picture): void {
    const canvas = this.#picture
    if (canvas) {
      if (canvas.width !== bitmap.width || canvas.height !== bitmap.height) {
        canvas.width = bitmap.width
        canvas.height = bitmap.height
        this.onSize(bitmap.width, bitmap.height)
      }
      canvas.getContext('2d')?.drawImage(bitmap, 0, 0)
    }
    bitmap.close()
  }

  #paintOverlay(observation: Observation | null): void {
    this.#shown = observation
    const canvas = this.#overlay
    const ctx = canvas?.getContext('2d')
    if (!canvas || !ctx) return
    const scale = devicePixelRatio
    const size = { width: canvas.width / scale, height: canvas.height / scale, scale }
    this.#painter.paint(ctx, size, observation, this.look)
  }

  #measure(capturedUs: number): void {
    const nowMs = performance.now()
    this.#paintedMs.push(nowMs)
    const boxUs = this.clock.toBoxUs(nowMs)
    if (boxUs === null || capturedUs === 0) return
    const latencyMs = (boxUs - capturedUs) / 1000
    // A clock that is not known yet, or a page that slept, measures nonsense.
    if (latencyMs < 0 || latencyMs > 10_000) return
    this.#screen.add(latencyMs)
    if (nowMs - this.#reportedMs >= REPORT_MS) {
      this.#reportedMs = nowMs
      this.send({ type: 'latency', capture_to_screen_ms: Math.round(latencyMs * 10) / 10 })
    }
  }

  #fit(): void {
    const canvas = this.#overlay
    if (!canvas) return
    const width = Math.round(canvas.clientWidth * devicePixelRatio)
    const height = Math.round(canvas.clientHeight * devicePixelRatio)
    if (canvas.width === width && canvas.height === height) return
    canvas.width = width
    canvas.height = height
    this.refresh()
  }
}
