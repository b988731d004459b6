/**
 * This browser's webcam as the box's camera: asks for it only when told to, sends one JPEG at a time over
 * its own socket, and lets the camera go as soon as it is no longer wanted.
 */
import { Backoff } from '../api/backoff'
import { Kind, writePicture } from '../api/picture'
import { socketUrl } from '../api/socket'
import type { BoxClock } from '../api/clock'
import { accessProblem, mediaProblem, type WebcamProblem } from './explain'

export type WebcamState = 'off' | 'asking' | 'connecting' | 'sending'

const WIDTH = 640
const HEIGHT = 480
const RATE_FPS = 30
const QUALITY = 0.85
/** If the box does not say `taken` for this long, the next picture goes out all the same. */
const TAKEN_MS = 1_000
const REFUSED_TRIES = 3

export class Webcam {
  state = $state<WebcamState>('off')
  problem = $state.raw<WebcamProblem | null>(null)
  name = $state('')
  #stream: MediaStream | null = null
  #video: HTMLVideoElement | null = null
  #canvas: OffscreenCanvas | null = null
  #ws: WebSocket | null = null
  #backoff = new Backoff()
  #retry: ReturnType<typeof setTimeout> | undefined
  #seq = 0
  #sentMs = 0
  #waiting = false
  #busy = false
  #run = 0

  constructor(
    private readonly token: () => string | null,
    private readonly clock: BoxClock,
    /** The socket is open: the box may now look at this camera. */
    private readonly onReady: () => void,
  ) {}

  async start(): Promise<void> {
    this.stop()
    this.problem = accessProblem(window.isSecureContext, 'mediaDevices' in navigator)
    if (this.problem) return
    const run = ++this.#run
    this.state = 'asking'
    let stream: MediaStream
    try {
      stream = await navigator.mediaDevices.getUserMedia({
        audio: false,
        video: {
          width: { ideal: WIDTH },
          height: { ideal: HEIGHT },
          frameRate: { ideal: RATE_FPS },
        },
      })
    } catch (e) {
      if (run !== this.#run) return
      this.state = 'off'
      this.problem = mediaProblem(e)
      return
    }
    if (run !== this.#run) {
      release(stream)
      return
    }
    await this.#use(stream)
    if (run === this.#run) this.#connect(run)
  }

  /** Lets the camera go, whatever it is doing. */
  stop(): void {
    this.#run += 1
    clearTimeout(this.#retry)
    if (this.#stream) release(this.#stream)
    this.#stream = null
    if (this.#video) this.#video.srcObject = null
    this.#video = null
    this.#ws?.close()
    this.#ws = null
    this.#waiting = false
    this.state = 'off'
  }

  async #use(stream: MediaStream): Promise<void> {
    this.#stream = stream
    const track = stream.getVideoTracks()[0]
    this.name = track?.label ?? ''
    if (track)
      track.onended = () => {
        this.stop()
        this.problem = 'gone'
      }
    const video = document.createElement('video')
    video.muted = true
    video.playsInline = true
    video.srcObject = stream
    this.#video = video
    await video.play().catch(() => undefined)
  }

  #connect(run: number): void {
    const token = this.token()
    this.state = 'connecting'
    if (token === null) {
      // No connection to the box just now; its next hello brings a token.
      this.#retry = setTimeout(() => run === this.#run && this.#connect(run), this.#backoff.next())
      return
    }
    const ws = new WebSocket(socketUrl(`/api/v1/camera/browser?token=${encodeURIComponent(token)}`))
    ws.binaryType = 'arraybuffer'
    this.#ws = ws
    ws.onopen = () => {
      if (this.#ws !== ws) return
      this.#backoff.reset()
      this.problem = null
      this.state = 'sending'
      this.#waiting = false
      this.onReady()
      this.#tick(run)
    }
    ws.onmessage = () => {
      this.#waiting = false
    }
    ws.onclose = () => {
      if (this.#ws !== ws || run !== this.#run) return
      this.#ws = null
      this.state = 'connecting'
      // The box says why in an answer that browsers keep to themselves.
      if (this.#backoff.attempts >= REFUSED_TRIES) this.problem = 'refused'
      this.#retry = setTimeout(() => run === this.#run && this.#connect(run), this.#backoff.next())
    }
  }

  /** Once for every picture of the camera. */
  #tick(run: number): void {
    const video = this.#video
    if (!video || run !== this.#run || this.state !== 'sending') return
    video.requestVideoFrameCallback((nowMs, frame) => {
      this.#tick(run)
      const patient = performance.now() - this.#sentMs < TAKEN_MS
      if (this.#busy || (this.#waiting && patient)) return
      void this.#send(video, frame.captureTime ?? nowMs)
    })
  }

  async #send(video: HTMLVideoElement, capturedMs: number): Promise<void> {
    const ws = this.#ws
    const [width, height] = fit(video.videoWidth, video.videoHeight)
    if (!ws || ws.readyState !== WebSocket.OPEN || width === 0) return
    this.#busy = true
    try {
      if (this.#canvas?.width !== width || this.#canvas.height !== height)
        this.#canvas = new OffscreenCanvas(width, height)
      this.#canvas.getContext('2d', { alpha: false })?.drawImage(video, 0, 0, width, height)
      const jpeg = await this.#canvas.convertToBlob({ type: 'image/jpeg', quality: QUALITY })
      const bytes = await jpeg.arrayBuffer()
      if (ws.readyState !== WebSocket.OPEN) return
      const capturedUs = this.clock.toBoxUs(capturedMs) ?? 0
      ws.send(
        writePicture({ kind: Kind.Webcam, seq: ++this.#seq, capturedUs, width, height }, bytes),
      )
      this.#waiting = true
      this.#sentMs = performance.now()
    } finally {
      this.#busy = false
    }
  }
}

/** Not larger than asked for, in the camera's own proportions. */
export function fit(width: number, height: number): [number, number] {
  if (width === 0 || height === 0) return [0, 0]
  const k = Math.min(1, WIDTH / width, HEIGHT / height)
  return [Math.round(width * k), Math.round(height * k)]
}

function release(stream: MediaStream): void {
  for (const track of stream.getTracks()) {
    track.onended = null
    track.stop()
  }
}
