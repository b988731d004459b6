/** What the settings page needs to know about a setting, all of it derived from what the box says. */
import type { Setting, SettingFrom, SettingValue } from '../api/types'

export interface Group {
  id: string
  title: string
  settings: Setting[]
}

const TITLES: Record<string, string> = {
  camera: 'Camera',
  vision: 'Seeing hands',
  gesture: 'Gestures',
  view: 'Live view',
  server: 'Access',
}

/** Units by the ending of the name. */
const UNITS: [suffix: string, unit: string][] = [
  ['_ms', 'ms'],
  ['_px', 'px'],
  ['_fps', 'frames/s'],
  ['_percent', '%'],
  ['_hz', 'Hz'],
  ['_deg', '°'],
  ['_s', 's'],
]

export function unitOf(key: string): string | null {
  return UNITS.find(([suffix]) => key.endsWith(suffix))?.[1] ?? null
}

/** `camera.backoff_min_ms` is "Backoff min". */
export function labelOf(key: string): string {
  let name = key.slice(key.indexOf('.') + 1)
  const suffix = UNITS.find(([s]) => name.endsWith(s))?.[0]
  if (suffix) name = name.slice(0, -suffix.length)
  const words = name.replaceAll('_', ' ')
  return words.charAt(0).toUpperCase() + words.slice(1)
}

/** Groups in the box's order; a group that we do not know yet gets its own name as title. */
export function groupSettings(settings: Setting[]): Group[] {
  const groups: Group[] = []
  for (const s of settings) {
    const id = s.key.split('.')[0] ?? s.key
    let group = groups.find((g) => g.id === id)
    if (!group) {
      const title = TITLES[id] ?? labelOf(id)
      group = { id, title, settings: [] }
      groups.push(group)
    }
    group.settings.push(s)
  }
  return groups
}

/** Every word must be found somewhere: in the key, the label or the text. */
export function matches(s: Setting, query: string): boolean {
  const hay = `${s.key} ${labelOf(s.key)} ${s.doc} ${(s.choices ?? []).join(' ')}`.toLowerCase()
  return query
    .toLowerCase()
    .split(/\s+/)
    .every((word) => hay.includes(word))
}

export type Parsed = { ok: true; value: SettingValue } | { ok: false; message: string }

/** What a person typed, as the value to send; says what is allowed where it is not. */
export function parse(s: Setting, typed: string | boolean): Parsed {
  if (s.type === 'bool') return { ok: true, value: typed === true || typed === 'true' }
  const text = String(typed)
  if (s.type === 'int' || s.type === 'float') {
    const n = Number(text.trim())
    const wrong =
      text.trim() === '' || !Number.isFinite(n) || (s.type === 'int' && !Number.isInteger(n))
    if (wrong || n < (s.min ?? -Infinity) || n > (s.max ?? Infinity))
      return { ok: false, message: `Use ${allowed(s)}.` }
    return { ok: true, value: n }
  }
  if (s.type === 'choice' && !(s.choices ?? []).includes(text))
    return { ok: false, message: `Use ${allowed(s)}.` }
  if (s.type === 'text' && [...text].length > (s.max_chars ?? Infinity))
    return { ok: false, message: `Use ${allowed(s)}.` }
  return { ok: true, value: text }
}

/** What is allowed, in words. */
export function allowed(s: Setting): string {
  switch (s.type) {
    case 'bool':
      return 'on or off'
    case 'int':
      return `a whole number from ${s.min} to ${s.max}`
    case 'float':
      return `a number from ${s.min} to ${s.max}`
    case 'choice':
      return `one of ${(s.choices ?? []).join(', ')}`
    case 'text':
      return `at most ${s.max_chars} characters`
  }
}

/** A step that makes sense for the range of a number. */
export function stepOf(s: Setting): number {
  if (s.type === 'int') return 1
  const range = (s.max ?? 1) - (s.min ?? 0)
  return range <= 2 ? 0.01 : range <= 20 ? 0.1 : 1
}

const FROM: Record<SettingFrom, string> = {
  default: 'default',
  ui: 'set here',
  file: 'from the configuration file',
  environment: 'from the environment',
  flag: 'from the command line',
}

export function fromWords(from: SettingFrom): string {
  return FROM[from] ?? from
}

/** Why it cannot be changed here, and where it can. */
export function lockedWords(s: Setting): string {
  const by = s.locked_by ? `\`${s.locked_by}\`` : fromWords(s.from)
  return `Decided by ${by}. Take it away there and restart Dixi to change it here.`
}

/** Text with `code` in it, cut into pieces, so that no HTML is ever made from the box's words. */
export function pieces(doc: string): { code: boolean; text: string }[] {
  return doc
    .split('`')
    .map((text, i) => ({ code: i % 2 === 1, text }))
    .filter((p) => p.text !== '')
}

/** A value as a person reads it. */
export function show(value: SettingValue | null): string {
  if (value === null) return 'hidden'
  if (typeof value === 'boolean') return value ? 'on' : 'off'
  return value === '' ? 'empty' : String(value)
}
