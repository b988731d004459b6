/** Why a webcam cannot be had, in words, with what to do. */

export interface WebcamProblem {
  title: string
  text: string
}

/** What the page itself stands in the way of; `null` if nothing does. */
export function accessProblem(secure: boolean, hasDevices: boolean): WebcamProblem | null {
  if (!secure)
    return {
      title: 'The browser gives no webcam to this address',
      text: 'Browsers allow it only over https, or on the box itself. Open http://127.0.0.1:3001 on the box, or plug the camera into the box and choose it above.',
    }
  if (!hasDevices)
    return {
      title: 'This browser has no webcam support',
      text: 'Use a current Chrome, Edge, Firefox or Safari, or plug the camera into the box.',
    }
  return null
}

/** The box does not open the socket for it. */
export const refusedProblem: WebcamProblem = {
  title: 'The box does not take this webcam',
  text: 'Perhaps another page sends its webcam already: close that page, or stop its camera. This page goes on trying.',
}

/** What `getUserMedia` threw. */
export function mediaProblem(e: unknown): WebcamProblem {
  const name = e instanceof DOMException || e instanceof Error ? e.name : ''
  switch (name) {
    case 'NotAllowedError':
    case 'SecurityError':
      return {
        title: 'The webcam is not allowed',
        text: 'The browser, or you, said no. Allow the camera for this page (the icon at the left of the address) and start again.',
      }
    case 'NotFoundError':
    case 'DevicesNotFoundError':
      return {
        title: 'No webcam found',
        text: 'Plug one into this computer and start again.',
      }
    case 'NotReadableError':
    case 'AbortError':
    case 'TrackStartError':
      return {
        title: 'The webcam is busy',
        text: 'Another program holds it. Close that one (a call, another tab) and start again.',
      }
    default:
      return {
        title: 'The webcam did not start',
        text: 'Unplug it and plug it in again, then start once more.',
      }
  }
}
