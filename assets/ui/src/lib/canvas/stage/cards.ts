/**
 * Cards as pictures: words on paper in the object's colour, photographs, answers. Plain text goes in and
 * pixels come out; nothing that a card says can do anything.
 */
import { CanvasTexture, LinearFilter, LinearMipmapLinearFilter, SRGBColorSpace } from 'three'
import type { Form } from '../../api/types'
import { CARD_WIDTH, EM, heightOf, LINE, MARGIN, wrap } from '../cards'

/** Pixels for a card's width; tall cards get fewer, so that none is too large for the card. */
const WIDE = 768
const MOST_PIXELS = 2_048
const FONT = '"Geist Variable", system-ui, sans-serif'
const CORNER = 0.09

export interface Painted {
  texture: CanvasTexture
  /** At scale 1, scene units. */
  height: number
}

const channel = (hex: string, i: number) => parseInt(hex.slice(1 + 2 * i, 3 + 2 * i), 16)

/** The card's paper: its colour, much lightened; and its strong edge. */
export function paper(colour: string): { paper: string; ink: string; edge: string } {
  const mix = (to: number, share: number) =>
    `rgb(${[0, 1, 2].map((i) => Math.round(channel(colour, i) * (1 - share) + to * share)).join(' ')})`
  return { paper: mix(255, 0.86), ink: mix(12, 0.86), edge: colour }
}

function sheet(height: number): { ctx: CanvasRenderingContext2D; scale: number } | null {
  const scale = Math.min(WIDE / CARD_WIDTH, MOST_PIXELS / height)
  const canvas = document.createElement('canvas')
  canvas.width = Math.max(2, Math.round(CARD_WIDTH * scale))
  canvas.height = Math.max(2, Math.round(height * scale))
  const ctx = canvas.getContext('2d')
  if (!ctx) return null
  // From here on one unit is one scene unit.
  ctx.scale(scale, scale)
  return { ctx, scale }
}

function texture(ctx: CanvasRenderingContext2D, height: number): Painted {
  const t = new CanvasTexture(ctx.canvas)
  t.colorSpace = SRGBColorSpace
  t.minFilter = LinearMipmapLinearFilter
  t.magFilter = LinearFilter
  t.anisotropy = 4
  return { texture: t, height }
}

function font(ctx: CanvasRenderingContext2D, weight: number, em: number): void {
  // Tiny fonts are rounded by some browsers: measure and draw large, the scale makes it small.
  ctx.font = `${weight} ${em * 100}px ${FONT}`
}

function write(ctx: CanvasRenderingContext2D, lines: string[], top: number, x: number): void {
  ctx.save()
  ctx.scale(0.01, 0.01)
  lines.forEach((line, i) => ctx.fillText(line, x * 100, (top + LINE * (i + 0.5)) * 100))
  ctx.restore()
}

/** A card of words, or an answer with its question over it. */
export function paintWords(
  form: Form & { kind: 'text' | 'answer' },
  colour: string,
): Painted | null {
  const probe = document.createElement('canvas').getContext('2d')
  if (!probe) return null
  const width = CARD_WIDTH - 2 * MARGIN
  const lines = (text: string, weight: number) => {
    font(probe, weight, EM)
    return wrap(text, width * 100, (s) => probe.measureText(s).width)
  }
  const question = form.kind === 'answer' && form.question !== '' ? lines(form.question, 650) : []
  const words = lines(form.text, 500)
  const height = heightOf(words.length + (question.length > 0 ? question.length + 1 : 0))
  const made = sheet(height)
  if (!made) return null
  const { ctx } = made
  const look = paper(colour)
  ctx.beginPath()
  ctx.roundRect(0, 0, CARD_WIDTH, height, CORNER)
  ctx.fillStyle = look.paper
  ctx.fill()
  ctx.save()
  ctx.clip()
  ctx.fillStyle = look.edge
  ctx.fillRect(0, 0, 0.045, height)
  ctx.restore()
  ctx.textBaseline = 'middle'
  ctx.fillStyle = look.ink
  let top = LINE / 2
  if (question.length > 0) {
    font(ctx, 650, EM)
    write(ctx, question, top, MARGIN)
    top += LINE * question.length
    ctx.globalAlpha = 0.25
    ctx.fillRect(MARGIN, top + LINE * 0.5, width, 0.008)
    ctx.globalAlpha = 1
    top += LINE
  }
  font(ctx, 500, EM)
  write(ctx, words, top, MARGIN)
  return texture(ctx, height)
}

/** A card with a picture, or its empty frame while that is on its way or where it is missing. */
export function paintPicture(aspect: number, picture: ImageBitmap | null): Painted | null {
  const height = CARD_WIDTH / Math.min(20, Math.max(0.05, aspect || 1))
  const made = sheet(height)
  if (!made) return null
  const { ctx } = made
  ctx.beginPath()
  ctx.roundRect(0, 0, CARD_WIDTH, height, Math.min(CORNER, height / 4))
  ctx.save()
  ctx.clip()
  ctx.fillStyle = '#9fb0a8'
  ctx.fillRect(0, 0, CARD_WIDTH, height)
  if (picture) ctx.drawImage(picture, 0, 0, CARD_WIDTH, height)
  else {
    // Hills and a sun: a picture that is not there yet.
    ctx.fillStyle = '#dfe8e3'
    const [m, h] = [CARD_WIDTH / 2, height / 2]
    const s = Math.min(m, h) * 0.5
    ctx.beginPath()
    ctx.moveTo(m - s, h + s * 0.6)
    ctx.lineTo(m - s * 0.3, h - s * 0.3)
    ctx.lineTo(m + s * 0.1, h + s * 0.2)
    ctx.lineTo(m + s * 0.4, h - s * 0.1)
    ctx.lineTo(m + s, h + s * 0.6)
    ctx.fill()
    ctx.beginPath()
    ctx.arc(m + s * 0.55, h - s * 0.55, s * 0.18, 0, Math.PI * 2)
    ctx.fill()
  }
  ctx.restore()
  return texture(ctx, height)
}

/** The most pixels of a picture's longer side that a card shows. */
const LONGEST = 1_536

/** Fetches a picture of the box's, small enough for a card. */
export async function loadPicture(hash: string): Promise<ImageBitmap> {
  const answer = await fetch(`/api/v1/pictures/${encodeURIComponent(hash)}`)
  if (!answer.ok) throw new Error(`picture: ${answer.status}`)
  const whole = await createImageBitmap(await answer.blob())
  const longer = Math.max(whole.width, whole.height)
  if (longer <= LONGEST) return whole
  const scale = LONGEST / longer
  const small = await createImageBitmap(whole, {
    resizeWidth: Math.max(1, Math.round(whole.width * scale)),
    resizeHeight: Math.max(1, Math.round(whole.height * scale)),
    resizeQuality: 'high',
  })
  whole.close()
  return small
}
