/** One key, one thing to do. The list is also what the help shows. Pages may have keys of their own. */
import type { Words } from './i18n/index.svelte'
import { PLACES, type Place } from './route.svelte'

type Named = keyof Words['shell']['help']['keys']

export interface Shortcut {
  key: string
  /** As printed on the key. */
  shown: string
  /** What it does, in the catalogue; or the page that it goes to. */
  what: { does: Named } | { goes: Place }
  /** The only page where it works; everywhere if not said. */
  only?: Place
}

export const SHORTCUTS: readonly Shortcut[] = [
  ...PLACES.map((place, i) => ({
    key: String(i + 1),
    shown: String(i + 1),
    what: { goes: place },
  })),
  { key: 'p', shown: 'P', what: { does: 'pause' } },
  { key: 't', shown: 'T', what: { does: 'theme' } },
  { key: '?', shown: '?', what: { does: 'help' } },
  { key: 'n', shown: 'N', what: { does: 'newChat' }, only: 'chat' },
  { key: '/', shown: '/', what: { does: 'searchChats' }, only: 'chat' },
  { key: 'h', shown: 'H', what: { does: 'how' }, only: 'chat' },
  { key: 'c', shown: 'C', what: { does: 'cameras' }, only: 'camera' },
  { key: 'm', shown: 'M', what: { does: 'mirror' }, only: 'camera' },
  { key: 'v', shown: 'V', what: { does: 'picture' }, only: 'camera' },
  { key: 'k', shown: 'K', what: { does: 'skeleton' }, only: 'camera' },
  { key: 'l', shown: 'L', what: { does: 'labels' }, only: 'camera' },
  { key: 'f', shown: 'F', what: { does: 'fullscreen' }, only: 'camera' },
  { key: 'g', shown: 'G', what: { does: 'log' }, only: 'camera' },
]

interface Pressed {
  key: string
  ctrlKey: boolean
  altKey: boolean
  metaKey: boolean
  /** What has the focus: its tag, and whether text is typed there. */
  target: { tagName?: string; isContentEditable?: boolean; type?: string } | null
}

/** The shortcut meant on a page, unless the key is for a field or for the browser. */
export function shortcutOf(e: Pressed, place: Place): Shortcut | null {
  if (e.ctrlKey || e.altKey || e.metaKey || typing(e.target)) return null
  const key = e.key.toLowerCase()
  return SHORTCUTS.find((s) => s.key === key && (s.only ?? place) === place) ?? null
}

/** Whether what has the focus takes letters. */
export function typing(target: Pressed['target']): boolean {
  const { tagName = '', isContentEditable = false, type = '' } = target ?? {}
  return (
    isContentEditable ||
    tagName === 'TEXTAREA' ||
    tagName === 'SELECT' ||
    (tagName === 'INPUT' && !['checkbox', 'radio', 'button', 'range'].includes(type))
  )
}

/** Ctrl-K, on a Mac ⌘-K: works while typing too, as it is no letter. */
export function isPaletteKey(e: { key: string; ctrlKey: boolean; metaKey: boolean }): boolean {
  return e.key.toLowerCase() === 'k' && e.ctrlKey !== e.metaKey
}

const MAC = /mac|iphone|ipad/i.test(globalThis.navigator?.platform ?? '')
/** As printed on the keys; `ctrl` is what a keyboard of the reader's language says. */
export const paletteKeys = (ctrl: string): readonly string[] => (MAC ? ['⌘', 'K'] : [ctrl, 'K'])
