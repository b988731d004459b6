/** What is missing or off, in plain words, with one next step. Pure, so that every case is tested. */
import type { CameraStatus, HealthPart, Ready, VisionStatus } from './api/types'
import type { Link } from './api/socket'
import { explained } from './api/told'
import { i18n } from './i18n/index.svelte'
import { cameraName } from './names'

export type Action = 'reconnect' | 'reload' | 'cameras' | 'resume' | 'demo' | 'calibrate' | 'mend'

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
  /** How far the camera has moved since it was calibrated, percent of its picture. */
  movedPercent?: number | undefined
}

const t = () => i18n.t.shell.problems

export function problems(s: Situation): Problem[] {
  const found: Problem[] = []
  const lost = linkProblem(s)
  if (lost) return [lost]
  if (s.boxVersion !== null && s.boxVersion !== s.pageVersion)
    found.push({
      id: 'version',
      level: 'warning',
      title: t().updated,
      text: t().updatedText(s.pageVersion, s.boxVersion),
      action: { does: 'reload', label: t().reload },
    })
  const camera = s.camera && cameraProblem(s.camera)
  if (camera) found.push(camera)
  if (s.movedPercent !== undefined)
    found.push({
      id: 'moved',
      level: 'warning',
      title: i18n.t.projector.calibration.movedTitle,
      text: i18n.t.projector.calibration.moved(s.movedPercent),
      action: { does: 'calibrate', label: i18n.t.projector.calibration.again },
    })
  found.push(...healthProblems(s))
  return found
}

function linkProblem({ link, wasOpen }: Situation): Problem | null {
  if (link.state !== 'lost') return null
  return {
    id: 'link',
    level: 'error',
    title: wasOpen ? t().lost : t().noAnswer,
    text: t().lostText,
    action: { does: 'reconnect', label: t().tryNow },
  }
}

function cameraProblem(c: CameraStatus): Problem | null {
  const name = cameraName(c)
  const { why, next } = explained(c)
  const { retry } = t()
  switch (c.state) {
    case 'stalled':
      return {
        id: 'camera',
        level: 'warning',
        title: t().stalled(name),
        text: join(why, next || retry),
        action: { does: 'cameras', label: t().chooseCamera },
      }
    case 'waiting':
      return {
        id: 'camera',
        level: 'warning',
        title: t().waiting(name),
        text: join(why, next || t().waitingNext, retry),
        action: { does: 'cameras', label: t().chooseCamera },
      }
    case 'failed':
      return {
        id: 'camera',
        level: 'error',
        title: t().failed(name),
        text: join(why, next || t().failedNext),
        action: { does: 'cameras', label: t().chooseCamera },
      }
    case 'running':
      // `auto` found no camera. Who chose the demo hand knows what they look at.
      if (c.selected !== 'auto' || c.source !== 'demo') return null
      return {
        id: 'camera',
        level: 'note',
        title: t().demo,
        text: t().demoText,
        action: { does: 'cameras', label: t().chooseCamera },
      }
    default:
      return null
  }
}

function partTitle(part: string): string {
  const { backup, database, vision, disk, ollama, threads } = t()
  const known: Record<string, string> = { backup, database, vision, disk, ollama, threads }
  return known[part] ?? t().part(`${part.charAt(0).toUpperCase()}${part.slice(1)}`)
}

/** A configuration file with mistakes: the box runs all the same, and the file can be mended here. */
function safeMode(part: HealthPart): Problem {
  return {
    id: 'health-configuration',
    level: 'error',
    title: t().safeMode,
    text: explained(part).why,
    action: { does: 'mend', label: t().mend },
  }
}

function healthProblems({ ready, camera }: Situation): Problem[] {
  return Object.entries(ready?.parts ?? {})
    .filter(([part, p]) => p.status !== 'ok' && !(part === 'camera' && camera))
    .map(([part, p]) =>
      part === 'configuration'
        ? safeMode(p)
        : {
            id: `health-${part}`,
            level: p.status === 'down' ? ('error' as const) : ('warning' as const),
            title: partTitle(part),
            text: said(p) || t().doctor,
          },
    )
}

/** Where the networks run and why not on the GPU: no problem, but worth a line. */
export function deviceNote(vision: VisionStatus | null): string {
  if (!vision?.device || !vision.reason) return ''
  return `${i18n.t.camera.runsOn(deviceWords(vision.device))} ${explained(vision).why}`
}

export function deviceWords(device: string): string {
  if (/^cpu/i.test(device)) return 'CPU'
  return /cuda|gpu/i.test(device) ? 'GPU' : device
}

function said(part: HealthPart): string {
  const { why, next } = explained(part)
  return join(why, next)
}

function join(...parts: string[]): string {
  return parts.filter((p) => p !== '').join(' ')
}
