/** The last minutes of what the box tells each second, for the graphs; kept by this page only. */
import type { BoxStatus, Spread } from '../api/types'

export interface Moment {
  /** `performance.now()`, milliseconds. */
  atMs: number
  fps: number
  /** Pictures a second that the camera gives. */
  camera: number | null
  pipeline: Spread
  event: Spread | null
  screen: Spread | null
  drawn: Spread | null
}

const KEEP_MS = 3 * 60_000
/** After such a pause the line is broken: nobody knows what was in between. */
export const GAP_MS = 5_000

export class History {
  moments = $state.raw<Moment[]>([])

  take(status: BoxStatus, camera: number | null, atMs = performance.now()): void {
    const moment: Moment = {
      atMs,
      fps: status.fps,
      pipeline: status.pipeline_ms,
      event: status.capture_to_event_ms ?? null,
      screen: status.capture_to_screen_ms ?? null,
      drawn: status.capture_to_drawn_ms ?? null,
      camera,
    }
    this.moments = [...this.moments.filter((m) => atMs - m.atMs < KEEP_MS), moment]
  }
}
