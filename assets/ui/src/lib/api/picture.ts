/** The header before every JPEG on the wire: 32 bytes, little endian (`docs/reference/api.md`). */

export const HEADER_BYTES = 32
const VERSION = 1

/** What the header says a message is. */
export const Kind = { Live: 1, Webcam: 2 } as const

export interface PictureHeader {
  kind: number
  /** Where the JPEG begins. */
  length: number
  seq: number
  /** When the frame was captured, microseconds of the box's clock; 0 if unknown. */
  capturedUs: number
  width: number
  height: number
}

/** Reads the header; `null` if this is not a picture of a version that we know. */
export function readHeader(message: ArrayBuffer): PictureHeader | null {
  if (message.byteLength < HEADER_BYTES) return null
  const view = new DataView(message)
  const length = view.getUint16(2, true)
  if (view.getUint8(1) !== VERSION || length < HEADER_BYTES || length > message.byteLength)
    return null
  return {
    kind: view.getUint8(0),
    length,
    seq: Number(view.getBigUint64(8, true)),
    capturedUs: Number(view.getBigUint64(16, true)),
    width: view.getUint32(24, true),
    height: view.getUint32(28, true),
  }
}

/** One binary message of header and JPEG, as the webcam's socket takes it. */
export function writePicture(
  header: Omit<PictureHeader, 'length'>,
  jpeg: ArrayBuffer,
): ArrayBuffer {
  const message = new Uint8Array(HEADER_BYTES + jpeg.byteLength)
  const view = new DataView(message.buffer)
  view.setUint8(0, header.kind)
  view.setUint8(1, VERSION)
  view.setUint16(2, HEADER_BYTES, true)
  view.setBigUint64(8, BigInt(header.seq), true)
  view.setBigUint64(16, BigInt(Math.max(0, Math.round(header.capturedUs))), true)
  view.setUint32(24, header.width, true)
  view.setUint32(28, header.height, true)
  message.set(new Uint8Array(jpeg), HEADER_BYTES)
  return message.buffer
}
