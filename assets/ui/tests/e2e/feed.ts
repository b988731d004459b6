/**
 * A camera that a test steers: a network camera (MJPEG over HTTP) that shows the picture that it was given
 * last, again and again. What is before it is drawn in a browser.
 */
import { createServer, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Page } from '@playwright/test'

const RATE_MS = 50

export class Feed {
  readonly #server: Server
  readonly #viewers = new Set<ServerResponse>()
  #timer: ReturnType<typeof setInterval> | undefined
  #jpeg: Buffer

  private constructor(first: Buffer) {
    this.#jpeg = first
    this.#server = createServer((_, answer) => {
      answer.writeHead(200, { 'content-type': 'multipart/x-mixed-replace; boundary=frame' })
      this.#viewers.add(answer)
      answer.on('close', () => this.#viewers.delete(answer))
    })
  }

  static async start(first: Buffer): Promise<Feed> {
    const feed = new Feed(first)
    await new Promise<void>((done) => feed.#server.listen(0, '127.0.0.1', done))
    feed.#timer = setInterval(() => {
      const jpeg = feed.#jpeg
      const head = `--frame\r\nContent-Type: image/jpeg\r\nContent-Length: ${jpeg.length}\r\n\r\n`
      for (const viewer of feed.#viewers)
        // Who does not keep up misses pictures, as with any camera.
        if (viewer.writableLength < 4 * jpeg.length)
          viewer.write(Buffer.concat([Buffer.from(head), jpeg, Buffer.from('\r\n')]))
    }, RATE_MS)
    return feed
  }

  /** As `camera.source` takes it. */
  get source(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/video.mjpeg`
  }

  show(jpeg: Buffer): void {
    this.#jpeg = jpeg
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer)
    for (const viewer of this.#viewers) viewer.destroy()
    await new Promise((done) => this.#server.close(done))
  }
}

/** What stands before the camera: pictures, each with where its four corners are, 0..1 of the camera's. */
export interface Before {
  /** A file, and the part of it that is meant, 0..1. */
  picture: Buffer
  corners: [[number, number], [number, number], [number, number], [number, number]]
}

/**
 * A room with a textured wall (something to hold a moved camera against), and things before it. `shift`
 * is how far the camera was moved, 0..1 of the picture.
 */
export async function shot(
  page: Page,
  things: readonly Before[],
  shift: [number, number] = [0, 0],
): Promise<Buffer> {
  const base64 = await page.evaluate(
    async ({ things, shift }) => {
      const [W, H] = [640, 480]
      const canvas = new OffscreenCanvas(W, H)
      const ctx = canvas.getContext('2d') as OffscreenCanvasRenderingContext2D
      ctx.fillStyle = '#5b6770'
      ctx.fillRect(0, 0, W, H)
      ctx.translate(shift[0] * W, shift[1] * H)
      // A wall with things on it; the same every time, and beyond the picture's edges.
      let seed = 7
      const random = () => (seed = (seed * 16807) % 2147483647) / 2147483647
      for (let i = 0; i < 420; i++) {
        const shade = Math.round(50 + random() * 120)
        ctx.fillStyle = `rgb(${shade} ${shade + 6} ${shade + 10})`
        const [x, y] = [(random() * 1.6 - 0.3) * W, (random() * 1.6 - 0.3) * H]
        ctx.fillRect(x, y, 6 + random() * 30, 6 + random() * 30)
      }
      for (const { base64, corners } of things) {
        const bytes = Uint8Array.from(atob(base64), (c) => c.charCodeAt(0))
        const bitmap = await createImageBitmap(new Blob([bytes]))
        const [a, b, c, d] = corners.map(([x, y]) => [x * W, y * H]) as [
          number[],
          number[],
          number[],
          number[],
        ]
        // Small parallelograms are near enough to a perspective: 48 by 27 of them.
        const [nx, ny] = [48, 27]
        const [[x0, y0], [x1, y1], [x2, y2], [x3, y3]] = [a, b, c, d] as [number, number][] as [
          [number, number],
          [number, number],
          [number, number],
          [number, number],
        ]
        const [dx1, dy1, dx2, dy2] = [x1 - x2, y1 - y2, x3 - x2, y3 - y2]
        const [sx, sy] = [x0 - x1 + x2 - x3, y0 - y1 + y2 - y3]
        const det = dx1 * dy2 - dx2 * dy1
        const g = (sx * dy2 - dx2 * sy) / det
        const h = (dx1 * sy - sx * dy1) / det
        const at = (u: number, v: number): [number, number] => {
          const w = g * u + h * v + 1
          return [
            ((x1 - x0 + g * x1) * u + (x3 - x0 + h * x3) * v + x0) / w,
            ((y1 - y0 + g * y1) * u + (y3 - y0 + h * y3) * v + y0) / w,
          ]
        }
        const [cw, ch] = [bitmap.width / nx, bitmap.height / ny]
        ctx.imageSmoothingQuality = 'high'
        for (let j = 0; j < ny; j++)
          for (let i = 0; i < nx; i++) {
            const [px, py] = at(i / nx, j / ny)
            const [qx, qy] = at((i + 1) / nx, j / ny)
            const [rx, ry] = at(i / nx, (j + 1) / ny)
            ctx.save()
            ctx.transform((qx - px) / cw, (qy - py) / cw, (rx - px) / ch, (ry - py) / ch, px, py)
            // A little more than itself, so that no seams show.
            ctx.drawImage(bitmap, i * cw, j * ch, cw, ch, 0, 0, cw + 0.6, ch + 0.6)
            ctx.restore()
          }
      }
      const blob = await canvas.convertToBlob({ type: 'image/jpeg', quality: 0.92 })
      let text = ''
      for (const byte of new Uint8Array(await blob.arrayBuffer())) text += String.fromCharCode(byte)
      return btoa(text)
    },
    {
      things: things.map((t) => ({ base64: t.picture.toString('base64'), corners: t.corners })),
      shift,
    },
  )
  return Buffer.from(base64, 'base64')
}
