/** What is missing or off, in plain words, with one next step. Pure, so that every case is tested. */
import type { CameraStatus, Ready, VisionStatus } from './api/types'
import type { Link } from './api/socket'

export type Action = 'reconnect' | 'reload' | 'cameras' | 'resume' | 'demo'

export interface Problem {
  id: string
  /** A note is no fault, only something a person should know. */
  level: 'error' | 'warning' | 'note'
  title: string
  text: string
  action?: { does: Action; label: string }
}

export interface Situation {
  link: Link
  /** The page had a connection before. */
  wasOpen: boolean
  boxVersion: string | null
  pageVersion: string
  camera: CameraStatus | null
  ready: Ready | null
  /** Other machines can reach the box, and it has no login yet. */
  exposed: boolean
}

export function problems(s: Situation): Problem[] {
  const found: Problem[] = []
  const lost = linkProblem(s)
  if (lost) return [lost]
  if (s.boxVersion !== null && s.boxVersion !== s.pageVersion)
    found.push({
      id: 'version',
      level: 'warning',
      title: 'Dixi was updated',
      text: `This page is ${s.pageVersion}, the box is ${s.boxVersion}. Load the page again so that both speak the same language.`,
      action: { does: 'reload', label: 'Reload the page' },
    })
  const camera = s.camera && cameraProblem(s.camera)
  if (camera) found.push(camera)
  found.push(...healthProblems(s))
  if (s.exposed)
    found.push({
      id: 'exposed',
      level: 'warning',
      title: 'Everyone on this network can look through this camera',
      text: 'There is no login yet. Start Dixi without `--allow-lan`, or pause the camera when you do not need it.',
    })
  return found
}

function linkProblem({ link, wasOpen }: Situation): Problem | null {
  if (link.state !== 'lost') return null
  return {
    id: 'link',
    level: 'error',
    title: wasOpen ? 'Connection to the box lost' : 'The box does not answer',
    text:
      'Is Dixi still running? Start it again with `dixi serve` (or `make run`). ' +
      'This page comes back by itself as soon as it answers.',
    action: { does: 'reconnect', label: 'Try now' },
  }
}

function cameraProblem(c: CameraStatus): Problem | null {
  const name = c.name || c.source
  const why = c.reason ? sentence(c.reason) : ''
  const next = c.next ? sentence(c.next) : ''
  const retry = 'It is opened again by itself as soon as it can be.'
  switch (c.state) {
    case 'stalled':
      return {
        id: 'camera',
        level: 'warning',
        title: `${name} gives no picture`,
        text: join(why, next || retry),
        action: { does: 'cameras', label: 'Choose a camera' },
      }
    case 'waiting':
      return {
        id: 'camera',
        level: 'warning',
        title: `${name} is not there`,
        text: join(why, next || 'Check its cable, or choose another one.', retry),
        action: { does: 'cameras', label: 'Choose a camera' },
      }
    case 'failed':
      return {
        id: 'camera',
        level: 'error',
        title: `${name} cannot be used`,
        text: join(why, next || 'Choose another camera, or try the demo hand.'),
        action: { does: 'cameras', label: 'Choose a camera' },
      }
    case 'running':
      // `auto` found no camera. Who chose the demo hand knows what they look at.
      if (c.selected !== 'auto' || c.source !== 'demo') return null
      return {
        id: 'camera',
        level: 'note',
        title: 'No camera found: this is the demo hand',
        text: 'Connect a USB camera and it is used by itself, or take this browser’s webcam or a network camera.',
        action: { does: 'cameras', label: 'Choose a camera' },
      }
    default:
      return null
  }
}

const PARTS: Record<string, string> = {
  database: 'Settings are not being saved',
  vision: 'Hands are not being looked for',
  disk: 'The disk is nearly full',
}

function healthProblems({ ready, camera }: Situation): Problem[] {
  return Object.entries(ready?.parts ?? {})
    .filter(([part, p]) => p.status !== 'ok' && !(part === 'camera' && camera))
    .map(([part, p]) => ({
      id: `health-${part}`,
      level: p.status === 'down' ? ('error' as const) : ('warning' as const),
      title: PARTS[part] ?? `${part.charAt(0).toUpperCase()}${part.slice(1)} is not well`,
      text:
        join(p.reason ? sentence(p.reason) : '', p.next ? sentence(p.next) : '') ||
        'See `dixi doctor` for what to do.',
    }))
}

/** Where the networks run and why not on the GPU: no problem, but worth a line. */
export function deviceNote(vision: VisionStatus | null): string {
  if (!vision?.device || !vision.reason) return ''
  return `Runs on the ${deviceWords(vision.device)}. ${sentence(vision.reason)}`
}

export function deviceWords(device: string): string {
  if (/^cpu/i.test(device)) return 'CPU'
  return /cuda|gpu/i.test(device) ? 'GPU' : device
}

function sentence(text: string): string {
  const t = text.trim()
  if (t === '') return ''
  const first = t.charAt(0).toUpperCase() + t.slice(1)
  return /[.!?…]$/.test(first) ? first : `${first}.`
}

function join(...parts: string[]): string {
  return parts.filter((p) => p !== '').join(' ')
}
