/** What this browser prefers; kept in its local storage, never on the box. */
import { prefersReducedMotion } from 'svelte/motion'
import type { LanguageChoice } from '../i18n/index.svelte'

export type Theme = 'system' | 'light' | 'dark'
export type Motion = 'system' | 'less' | 'full'

interface Kept {
  theme: Theme
  motion: Motion
  language: LanguageChoice
  picture: boolean
  skeleton: boolean
  labels: boolean
  shortcuts: boolean
}

const KEY = 'dixi.prefs'
const DEFAULTS: Kept = {
  theme: 'system',
  motion: 'system',
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
  motion = $state<Motion>('system')
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
    const { theme, motion, language, picture, skeleton, labels, shortcuts } = this
    if (theme === 'system') delete document.documentElement.dataset.theme
    else document.documentElement.dataset.theme = theme
    document.documentElement.dataset.motion = motion
    try {
      const kept: Kept = { theme, motion, language, picture, skeleton, labels, shortcuts }
      localStorage.setItem(KEY, JSON.stringify(kept))
    } catch {
      // No storage: they last as long as the page.
    }
  }

  /** Nothing should glide or sparkle. */
  get calm(): boolean {
    return this.motion === 'system' ? prefersReducedMotion.current : this.motion === 'less'
  }

  nextTheme(): void {
    this.theme = this.theme === 'system' ? 'light' : this.theme === 'light' ? 'dark' : 'system'
  }
}

export const prefs = new Prefs()
