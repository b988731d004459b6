import { describe, expect, it } from 'vitest'
import { accessProblem, mediaProblem } from '../../src/lib/browsercam/explain'
import type { CameraStatus, GestureEvent } from '../../src/lib/api/types'
import { glyphOf } from '../../src/lib/hand/glyph'
import { joints, POSES } from '../../src/lib/hand/poses'
import { gestureName } from '../../src/lib/names'
import { deviceNote, problems, type Situation } from '../../src/lib/problems'
import type { Place } from '../../src/lib/route.svelte'
import { shortcutOf } from '../../src/lib/shortcuts'
import { Gallery } from '../../src/lib/state/gallery.svelte'
import { GestureLog } from '../../src/lib/state/log.svelte'

const well: Situation = {
  link: { state: 'open' },
  wasOpen: true,
  boxVersion: '1.0.0',
  pageVersion: '1.0.0',
  camera: null,
  ready: null,
}
const camera: CameraStatus = {
  state: 'running',
  source: 'v4l2:x',
  selected: 'auto',
  name: 'Webcam',
  width: 640,
  height: 480,
  fps: 30,
  frames: 1,
  dropped: 0,
  bad: 0,
  reopened: 0,
  since: '2026-11-21T12:00:00Z',
}

describe('what is missing', () => {
  it('is nothing when all is well', () => {
    expect(problems(well)).toEqual([])
    expect(problems({ ...well, movedPercent: 2.34 })).toMatchObject([
      { id: 'moved', level: 'warning', action: { does: 'calibrate' } },
    ])
    expect(problems({ ...well, camera })).toEqual([])
    expect(problems({ ...well, camera: { ...camera, state: 'paused' } })).toEqual([])
  })

  it('notes that the demo hand stands in for a camera, but not where it was chosen', () => {
    const demo = { ...camera, source: 'demo', name: 'Demo hand' }
    expect(problems({ ...well, camera: demo })).toMatchObject([
      { id: 'camera', level: 'note', action: { does: 'cameras' } },
    ])
    expect(problems({ ...well, camera: { ...demo, selected: 'demo' } })).toEqual([])
  })

  it('is only the connection when that is lost', () => {
    const lost: Situation = {
      ...well,
      link: { state: 'lost', retryAtMs: 0, attempts: 1 },
      camera: { ...camera, state: 'failed' },
    }
    expect(problems(lost).map((p) => p.id)).toEqual(['link'])
    expect(problems(lost)[0]?.title).toContain('lost')
    expect(problems({ ...lost, wasOpen: false })[0]?.title).toContain('does not answer')
  })

  it.each(['stalled', 'waiting', 'failed'] as const)(
    'says why a camera is %s and what to do',
    (state) => {
      const [p] = problems({
        ...well,
        camera: { ...camera, state, reason: 'it was unplugged', next: 'plug it in' },
      })
      expect(p?.text).toContain('It was unplugged. Plug it in.')
      expect(p?.action?.does).toBe('cameras')
    },
  )

  it('gives the reason for the CPU a line of its own', () => {
    const cpu = { device: 'cpu', model: 'full', kernel: 'avx2' }
    expect(deviceNote({ ...cpu, reason: 'no NVIDIA driver' })).toBe(
      'Runs on the CPU. No NVIDIA driver.',
    )
    expect([deviceNote(cpu), deviceNote(null)]).toEqual(['', ''])
  })

  it('tells a page of another version to load itself again', () => {
    expect(problems({ ...well, boxVersion: '1.1.0' })[0]?.action?.does).toBe('reload')
  })

  it('tells that settings are not kept', () => {
    const ok = { status: 'ok' } as const
    const ready = {
      status: 'degraded',
      parts: {
        backup: { status: 'ok' },
        configuration: { status: 'ok' },
        database: { status: 'degraded', reason: 'the disk is full' },
        camera: ok,
        disk: ok,
        ollama: ok,
        threads: ok,
        vision: ok,
      },
    } as const
    expect(problems({ ...well, ready })).toMatchObject([
      { id: 'health-database', level: 'warning', text: 'The disk is full.' },
    ])
  })

  it('safe mode is told with the line and the way to mend it', () => {
    const reason = 'safe mode, with the camera off: /etc/dixi/dixi.toml: line 5: no setting'
    const ok = { status: 'ok' } as const
    const ready = {
      status: 'degraded',
      parts: {
        backup: { status: 'ok' },
        configuration: { status: 'degraded', reason },
        database: ok,
        camera: ok,
        disk: ok,
        ollama: ok,
        threads: ok,
        vision: ok,
      },
    } as const
    const [found] = problems({ ...well, ready })
    expect(found).toMatchObject({ level: 'error', action: { does: 'mend' } })
    expect(found?.text).toContain('line 5')
  })
})

describe('a webcam that cannot be had', () => {
  it('is explained by the address, the browser, or the error', () => {
    expect(accessProblem(true, true)).toBeNull()
    expect(accessProblem(false, false)).toBe('address')
    expect(accessProblem(true, false)).toBe('support')
    const said = ['NotAllowedError', 'NotFoundError', 'NotReadableError', 'Whatever'].map((name) =>
      mediaProblem(new DOMException('', name)),
    )
    expect(new Set(said).size).toBe(4)
  })
})

const event = (over: Partial<GestureEvent>): GestureEvent => ({
  phase: 'started',
  gesture: 'open_palm',
  track: 1,
  hand: 'right',
  confidence: 0.9,
  progress: 1,
  held_ms: 0,
  pointer: [0.5, 0.5],
  ...over,
})

describe('the log', () => {
  it('joins start and end of the same hand', () => {
    const log = new GestureLog()
    log.take(event({}), '2026-11-21T12:00:00.000Z')
    log.take(event({ track: 2, hand: 'left' }), '2026-11-21T12:00:00.500Z')
    log.take(event({ phase: 'ended', held_ms: 1200 }), '2026-11-21T12:00:01.200Z')
    expect(log.entries.map((e) => [e.hand, e.durationMs])).toEqual([
      ['left', null],
      ['right', 1200],
    ])
  })

  it('counts what came while it was paused, and is bounded', () => {
    const log = new GestureLog()
    for (let i = 0; i < 300; i++) log.take(event({ track: i }), '2026-11-21T12:00:00Z')
    expect(log.entries).toHaveLength(200)
    log.toggle()
    log.take(event({ track: 999 }), '2026-11-21T12:00:00Z')
    expect([log.entries.length, log.unseen]).toEqual([200, 1])
    log.clear()
    expect([log.entries.length, log.unseen]).toEqual([0, 0])
  })
})

describe('the gallery', () => {
  it('lights up while a gesture is made and counts how often', () => {
    const g = new Gallery()
    g.all = [
      { name: 'open_palm', family: 'shape', words: '' },
      { name: 'wave', family: 'motion', words: '' },
    ]
    g.take(event({}))
    g.take(event({ track: 2 }))
    expect(g.lit.open_palm?.active).toBe(true)
    g.take(event({ phase: 'ended' }))
    expect(g.lit.open_palm?.active).toBe(true)
    g.take(event({ phase: 'ended', track: 2 }))
    expect(g.lit.open_palm?.active).toBe(false)
    expect([g.counts.open_palm, g.made]).toEqual([2, 1])
    g.cut()
    expect(g.lit).toEqual({})
  })
})

describe('keys', () => {
  const key = (
    k: string,
    target: Parameters<typeof shortcutOf>[0]['target'] = null,
    ctrlKey = false,
    place: Place = 'camera',
  ) => shortcutOf({ key: k, ctrlKey, altKey: false, metaKey: false, target }, place)?.key ?? null

  it('do one thing each, but never while someone types or speaks to the browser', () => {
    expect(key('p')).toBe('p')
    expect(key('P')).toBe('p')
    expect(key('?')).toBe('?')
    expect(key('p', { tagName: 'INPUT', type: 'text' })).toBeNull()
    expect(key('p', { tagName: 'INPUT', type: 'checkbox' })).toBe('p')
    expect(key('p', null, true)).toBeNull()
    expect(key('z')).toBeNull()
    expect(key('p', null, false, 'canvas')).toBe('p')
    expect(key('v', null, false, 'canvas')).toBeNull()
  })
})

describe('pictograms', () => {
  it('have 21 joints and stay inside their picture', () => {
    for (const [name, pose] of Object.entries(POSES)) {
      expect(joints(pose), name).toHaveLength(21)
      for (const d of glyphOf(name)
        .layers.flat()
        .map((s) => s.d))
        for (const n of d.match(/-?[\d.]+/g) ?? []) {
          expect(Number(n), name).toBeGreaterThan(-4)
          expect(Number(n), name).toBeLessThan(104)
        }
    }
  })

  it('exist for a gesture that nobody has drawn', () => {
    expect(glyphOf('custom:wink').layers.length).toBeGreaterThan(0)
    expect(gestureName('custom:wink')).toBe('Wink')
  })
})
