/** What this browser prefers; kept in its local storage, never on the box. */
import type { LanguageChoice } from '../i18n/index.svelte'

export type Theme = 'system' | 'light' | 'dark'

interface Kept {
  theme: Theme
  language: LanguageChoice
  picture: boolean
  skeleton: boolean
  labels: boolean
  shortcuts: boolean
}

const KEY = 'dixi.prefs'
const DEFAULTS: Kept = {
  theme: 'system',
  language: 'auto',
  picture: true,
  skeleton: true,
  labels: true,
  shortcuts: true,
}

function load(): Kept {
  try {
    const kept = JSON.parse(localStorage.getItem(KEY) ?? '{}') as Partial<Kept>
    return { ...DEFAULTS, ...kept }
  } catch {
    return DEFAULTS
  }
}

class Prefs implements Kept {
  theme = $state<Theme>('system')
  language = $state<LanguageChoice>('auto')
  picture = $state(true)
  skeleton = $state(true)
  labels = $state(true)
  shortcuts = $state(true)

  constructor() {
    Object.assign(this, load())
  }

  /** Keeps them and puts the theme on the page; call it in an effect. */
  keep(): void {
    const { theme, language, picture, skeleton, labels, shortcuts } = this
    if (theme === 'system') delete document.documentElement.dataset.theme
    else document.documentElement.dataset.theme = theme
    try {
      const kept: Kept = { theme, language, picture, skeleton, labels, shortcuts }
      localStorage.setItem(KEY, JSON.stringify(kept))
    } catch {
      // No storage: they last as long as the page.
    }
  }

  nextTheme(): void {
    this.theme = this.theme === 'system' ? 'light' : this.theme === 'light' ? 'dark' : 'system'
  }
}

export const prefs = new Prefs()
