/** The list by days, and what a search found by its pieces. Pure. */
import type { ChatInfo } from './types'

export type Day = 'pinned' | 'today' | 'yesterday' | 'week' | 'month' | 'older'
const DAY_MS = 86_400_000

const midnight = (at: Date) => new Date(at.getFullYear(), at.getMonth(), at.getDate()).getTime()

export function dayOf(chat: Pick<ChatInfo, 'pinned' | 'changed_at'>, now: Date): Day {
  if (chat.pinned) return 'pinned'
  const days = Math.round((midnight(now) - midnight(new Date(chat.changed_at))) / DAY_MS)
  return days <= 0
    ? 'today'
    : days === 1
      ? 'yesterday'
      : days < 7
        ? 'week'
        : days < 31
          ? 'month'
          : 'older'
}

/** In their order, each day once. */
export function byDay(chats: readonly ChatInfo[], now: Date): { day: Day; chats: ChatInfo[] }[] {
  const groups: { day: Day; chats: ChatInfo[] }[] = []
  for (const chat of chats) {
    const day = dayOf(chat, now)
    const last = groups.at(-1)
    if (last?.day === day) last.chats.push(chat)
    else groups.push({ day, chats: [chat] })
  }
  return groups
}

/** A piece of text, and whether it is what was looked for. */
export function pieces(marked: string): { text: string; found: boolean }[] {
  return marked
    .split(/(\ue000[^\ue001]*\ue001)/)
    .filter((part) => part !== '')
    .map((part) =>
      part.startsWith('\ue000')
        ? { text: part.slice(1, -1), found: true }
        : { text: part, found: false },
    )
}
