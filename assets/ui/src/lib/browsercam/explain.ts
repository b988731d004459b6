/** Why a webcam cannot be had; the words stand in the catalogues (`camera.webcamProblems`). */

export type WebcamProblem =
  | 'address'
  | 'support'
  /** The box does not open the socket for it. */
  | 'refused'
  | 'denied'
  | 'missing'
  | 'busy'
  /** It stopped by itself. */
  | 'gone'
  | 'other'

/** What the page itself stands in the way of; `null` if nothing does. */
export function accessProblem(secure: boolean, hasDevices: boolean): WebcamProblem | null {
  if (!secure) return 'address'
  return hasDevices ? null : 'support'
}

/** What `getUserMedia` threw. */
export function mediaProblem(e: unknown): WebcamProblem {
  const name = e instanceof DOMException || e instanceof Error ? e.name : ''
  switch (name) {
    case 'NotAllowedError':
    case 'SecurityError':
      return 'denied'
    case 'NotFoundError':
    case 'DevicesNotFoundError':
      return 'missing'
    case 'NotReadableError':
    case 'AbortError':
    case 'TrackStartError':
      return 'busy'
    default:
      return 'other'
  }
}
