/** One key, one thing to do. The list is also what the help shows. */

export interface Shortcut {
  key: string
  /** As printed on the key. */
  shown: string
  what: string
}

export const SHORTCUTS = [
  { key: 'p', shown: 'P', what: 'Pause or resume the camera' },
  { key: 'c', shown: 'C', what: 'Choose a camera' },
  { key: 'm', shown: 'M', what: 'Mirror the picture' },
  { key: 'v', shown: 'V', what: 'Show or hide the picture' },
  { key: 'k', shown: 'K', what: 'Show or hide the skeleton' },
  { key: 'l', shown: 'L', what: 'Show or hide the labels' },
  { key: 'f', shown: 'F', what: 'Full screen' },
  { key: 'g', shown: 'G', what: 'Pause or resume the gesture log' },
  { key: 't', shown: 'T', what: 'Theme: system, light, dark' },
  { key: '1', shown: '1', what: 'Canvas' },
  { key: '2', shown: '2', what: 'Gestures' },
  { key: '3', shown: '3', what: 'Camera' },
  { key: '4', shown: '4', what: 'Scenes' },
  { key: '5', shown: '5', what: 'Settings' },
  { key: '6', shown: '6', what: 'Status' },
  { key: '?', shown: '?', what: 'This help' },
] as const satisfies readonly Shortcut[]

export type ShortcutKey = (typeof SHORTCUTS)[number]['key']

interface Pressed {
  key: string
  ctrlKey: boolean
  altKey: boolean
  metaKey: boolean
  /** What has the focus: its tag, and whether text is typed there. */
  target: { tagName?: string; isContentEditable?: boolean; type?: string } | null
}

/** The shortcut meant, unless the key is for a field or for the browser. */
export function shortcutOf(e: Pressed): ShortcutKey | null {
  if (e.ctrlKey || e.altKey || e.metaKey) return null
  const { tagName = '', isContentEditable = false, type = '' } = e.target ?? {}
  const typing =
    isContentEditable ||
    tagName === 'TEXTAREA' ||
    tagName === 'SELECT' ||
    (tagName === 'INPUT' && !['checkbox', 'radio', 'button', 'range'].includes(type))
  if (typing) return null
  const key = e.key.toLowerCase()
  return SHORTCUTS.find((s) => s.key === key)?.key ?? null
}
