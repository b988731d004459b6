/** Pictures that go along with a question: PNG or JPEG of a size that the box takes. */

export interface Attached {
  /** For this page only. */
  id: number
  /** A `blob:` address. */
  url: string
  /** The file in base64. */
  data: string
  /** It is what the camera saw. */
  frame: boolean
}

export const MOST_PICTURES = 4
/** More than a model looks at, and small enough to send. */
const LONGEST_PX = 2_048
const MOST_BYTES = 4_000_000
const QUALITY = 0.9
let number = 1

/** As the box takes it: others are drawn anew. Throws for what is no picture. */
export async function attach(file: Blob, frame = false): Promise<Attached> {
  const blob = await fitting(file)
  return { id: number++, url: URL.createObjectURL(blob), data: await base64(blob), frame }
}

async function fitting(file: Blob): Promise<Blob> {
  const bitmap = await createImageBitmap(file)
  const longest = Math.max(bitmap.width, bitmap.height)
  const known = file.type === 'image/png' || file.type === 'image/jpeg'
  if (known && longest <= LONGEST_PX && file.size <= MOST_BYTES) return file
  const scale = Math.min(1, LONGEST_PX / longest)
  const canvas = new OffscreenCanvas(
    Math.max(1, Math.round(bitmap.width * scale)),
    Math.max(1, Math.round(bitmap.height * scale)),
  )
  const context = canvas.getContext('2d')
  if (!context) throw new Error('no canvas')
  // What is clear in it is white, not black.
  context.fillStyle = '#fff'
  context.fillRect(0, 0, canvas.width, canvas.height)
  context.drawImage(bitmap, 0, 0, canvas.width, canvas.height)
  return canvas.convertToBlob({ type: 'image/jpeg', quality: QUALITY })
}

/** A file's bytes in base64. */
export function base64(blob: Blob): Promise<string> {
  return new Promise((done, failed) => {
    const reader = new FileReader()
    reader.onload = () => done(String(reader.result).replace(/^[^,]*,/, ''))
    reader.onerror = () => failed(reader.error ?? new Error('not read'))
    reader.readAsDataURL(blob)
  })
}
