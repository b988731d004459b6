/** What settings are called and do, in the language of the page; in English the box's own words. */
import type { Setting } from '../api/types'
import { i18n, type Language } from '../i18n/index.svelte'
import { unitSuffix } from './form'

type Texts = Record<string, readonly [label: string, doc: string]>

const LOAD: Partial<Record<Language, () => Promise<{ texts: Texts }>>> = {
  de: () => import('../i18n/de/setting_texts'),
}

class SettingTexts {
  #texts = $state.raw<Texts>({})

  /** Call it in an effect: it follows the language. */
  async follow(): Promise<void> {
    const { language } = i18n
    const texts = await LOAD[language]?.().catch(() => undefined)
    if (i18n.language === language) this.#texts = texts?.texts ?? {}
  }

  /** `camera.backoff_min_ms` is "Backoff min" where nobody has found a better name. */
  label(key: string): string {
    const known = this.#texts[key]?.[0]
    if (known) return known
    let name = key.slice(key.indexOf('.') + 1)
    const suffix = unitSuffix(key)
    if (suffix) name = name.slice(0, -suffix.length)
    const words = name.replaceAll('_', ' ')
    return words.charAt(0).toUpperCase() + words.slice(1)
  }

  doc(s: Setting): string {
    return this.#texts[s.key]?.[1] ?? s.doc
  }
}

export const settingTexts = new SettingTexts()
