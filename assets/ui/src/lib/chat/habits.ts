/** How this browser's next new conversation is held: as the last one was, but for its system prompt. */
import type { How } from './types'

const KEY = 'dixi.chat'

export const PLAIN: How = {
  model: null,
  system: '',
  options: {},
  think: null,
  keep_alive: null,
  context: { gesture: false, pointed: false, selection: false, scene: false, events: false },
  when_full: 'trim',
}

export function loadHabits(): How {
  try {
    const kept = JSON.parse(localStorage.getItem(KEY) ?? '{}') as Partial<How>
    return { ...PLAIN, model: kept.model ?? null, when_full: kept.when_full ?? 'trim' }
  } catch {
    return PLAIN
  }
}

/** What the model is told of the box is asked for anew in each conversation. */
export function keepHabits({ model, when_full }: How): void {
  try {
    localStorage.setItem(KEY, JSON.stringify({ model, when_full }))
  } catch {
    // No storage: nothing is remembered.
  }
}
