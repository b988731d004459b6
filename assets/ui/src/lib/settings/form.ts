/** What the settings page needs to know about a setting, all of it derived from what the box says. */
import type { Setting, SettingValue } from '../api/types'
import { i18n } from '../i18n/index.svelte'
import { settingTexts } from './texts.svelte'

export interface Group {
  id: string
  title: string
  settings: Setting[]
}

/** Units by the ending of the name. */
const UNITS = [
  ['_per_s', null],
  ['_ms', 'ms'],
  ['_px', 'px'],
  ['_fps', 'fps'],
  ['_percent', 'percent'],
  ['_hz', 'hz'],
  ['_deg', 'deg'],
  ['_ratio', 'ratio'],
  ['_units', 'units'],
  ['_s', 's'],
] as const

const unitOfKey = (key: string) => UNITS.find(([suffix]) => key.endsWith(suffix))

/** The part of the name that tells the unit. */
export function unitSuffix(key: string): string | null {
  const found = unitOfKey(key)
  return found?.[1] ? found[0] : null
}

export function unitOf(key: string): string | null {
  const unit = unitOfKey(key)?.[1]
  return unit ? i18n.t.settings.units[unit] : null
}

/** Groups in the box's order; a group that we do not know yet gets its own name as title. */
export function groupSettings(settings: Setting[]): Group[] {
  const groups: Group[] = []
  for (const s of settings) {
    const id = s.key.split('.')[0] ?? s.key
    let group = groups.find((g) => g.id === id)
    if (!group) {
      const titles: Record<string, string> = i18n.t.settings.groups
      group = { id, title: titles[id] ?? settingTexts.label(`.${id}`), settings: [] }
      groups.push(group)
    }
    group.settings.push(s)
  }
  return groups
}

export type Parsed = { ok: true; value: SettingValue } | { ok: false; message: string }

/** What a person typed, as the value to send; says what is allowed where it is not. */
export function parse(s: Setting, typed: string | boolean): Parsed {
  if (s.type === 'bool') return { ok: true, value: typed === true || typed === 'true' }
  const text = String(typed)
  const refused: Parsed = { ok: false, message: i18n.t.settings.use(allowed(s)) }
  if (s.type === 'int' || s.type === 'float') {
    // A German keyboard has a comma where an English one has a point.
    const n = Number(text.trim().replace(',', '.'))
    const wrong =
      text.trim() === '' || !Number.isFinite(n) || (s.type === 'int' && !Number.isInteger(n))
    if (wrong || n < (s.min ?? -Infinity) || n > (s.max ?? Infinity)) return refused
    return { ok: true, value: n }
  }
  if (s.type === 'choice' && !(s.choices ?? []).includes(text)) return refused
  if (s.type === 'text' && [...text].length > (s.max_chars ?? Infinity)) return refused
  return { ok: true, value: text }
}

/** What is allowed, in words. */
export function allowed(s: Setting): string {
  const t = i18n.t.settings.allowed
  switch (s.type) {
    case 'bool':
      return t.bool
    case 'int':
      return t.int(s.min ?? 0, s.max ?? 0)
    case 'float':
      return t.float(s.min ?? 0, s.max ?? 0)
    case 'choice':
      return t.choice(i18n.f.list(s.choices ?? [], 'disjunction'))
    case 'text':
      return t.text(s.max_chars ?? 0)
  }
}

/** A step that makes sense for the range of a number. */
export function stepOf(s: Setting): number {
  if (s.type === 'int') return 1
  const range = (s.max ?? 1) - (s.min ?? 0)
  return range <= 2 ? 0.01 : range <= 20 ? 0.1 : 1
}

/** Why it cannot be changed here, and where it can. */
export function lockedWords(s: Setting): string {
  return i18n.t.settings.locked(s.locked_by ? `\`${s.locked_by}\`` : i18n.t.settings.from[s.from])
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
  const t = i18n.t.shell
  if (value === null) return t.hidden
  if (typeof value === 'boolean') return value ? t.on : t.off
  if (typeof value === 'number') return i18n.f.number(value, 3)
  return value === '' ? t.empty : value
}
