/**
 * The page's words, in the language of whoever reads them. `i18n.t.canvas.undo` is a string that changes
 * by itself when the language does; `i18n.f` writes numbers and dates. English is always here, others are
 * loaded when they are wanted. No string for people lives outside the catalogues beside this file.
 */
import { prefs } from '../state/prefs.svelte'
import * as en from './en'
import { DE, EN, type Formats, type Language } from './intl'

export type { Language } from './intl'
export type Words = typeof en
/** What a person may choose: a language, or the browser's. */
export type LanguageChoice = 'auto' | Language

export const LANGUAGES: readonly Language[] = ['en', 'de']

const FORMATS: Record<Language, Formats> = { en: EN, de: DE }
const LOAD: Record<Exclude<Language, 'en'>, () => Promise<Words>> = {
  de: () => import('./de'),
}

/** The first language of the browser's that we have; English if none. */
export function choose(choice: LanguageChoice, wanted: readonly string[]): Language {
  if (choice !== 'auto') return choice
  for (const tag of wanted) {
    const short = tag.toLowerCase().split('-')[0]
    const known = LANGUAGES.find((l) => l === short)
    if (known) return known
  }
  return 'en'
}

class I18n {
  language = $state<Language>('en')
  /** The words now. */
  t = $state.raw<Words>(en)
  #wanted: Language = 'en'

  /** Numbers and dates of the language now. */
  get f(): Formats {
    return FORMATS[this.language]
  }

  /** Changes the language; the page keeps the old one until the new one is here. */
  async use(choice: LanguageChoice): Promise<void> {
    const language = choose(choice, globalThis.navigator?.languages ?? [])
    this.#wanted = language
    let words: Words = en
    if (language !== 'en') {
      try {
        words = await LOAD[language]()
      } catch {
        // The file is gone (the box was updated): English until the page is loaded again.
        return
      }
    }
    if (this.#wanted !== language) return
    this.t = words
    this.language = language
    if (globalThis.document) document.documentElement.lang = language
  }

  /** The language that this browser prefers; wait for it before the first thing is drawn. */
  start(): Promise<void> {
    return this.use(prefs.language)
  }
}

export const i18n = new I18n()
