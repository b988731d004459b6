/**
 * Numbers, dates, plurals and lists as one language writes them. The catalogues use it for their own
 * language, pages use `i18n.f` for the one that is shown. Pure; knows no words.
 */

/** The languages that are complete. */
export type Language = 'en' | 'de'

export interface Forms {
  zero?: string
  one: string
  other: string
}

export class Formats {
  readonly #plurals: Intl.PluralRules
  readonly #time: Intl.DateTimeFormat
  readonly #clock: Intl.DateTimeFormat
  readonly #dateTime: Intl.DateTimeFormat
  readonly #date: Intl.DateTimeFormat
  readonly #relative: Intl.RelativeTimeFormat
  readonly #numbers = new Map<number, Intl.NumberFormat>()

  constructor(readonly language: Language) {
    this.#plurals = new Intl.PluralRules(language)
    this.#time = new Intl.DateTimeFormat(language, {
      hour: '2-digit',
      minute: '2-digit',
      second: '2-digit',
      hourCycle: 'h23',
    })
    this.#clock = new Intl.DateTimeFormat(language, {
      hour: '2-digit',
      minute: '2-digit',
      hourCycle: 'h23',
    })
    this.#date = new Intl.DateTimeFormat(language, { dateStyle: 'medium' })
    this.#dateTime = new Intl.DateTimeFormat(language, { dateStyle: 'medium', timeStyle: 'short' })
    this.#relative = new Intl.RelativeTimeFormat(language, { numeric: 'auto' })
  }

  /** `1,234.5`: at most `digits` decimals, and just as many if `fixed`. */
  number(n: number, digits = 0, fixed = false): string {
    const key = digits * 2 + (fixed ? 1 : 0)
    let format = this.#numbers.get(key)
    if (!format) {
      format = new Intl.NumberFormat(this.language, {
        maximumFractionDigits: digits,
        minimumFractionDigits: fixed ? digits : 0,
      })
      this.#numbers.set(key, format)
    }
    return format.format(n)
  }

  /** `12` and `3.4`: one decimal under ten, none above. */
  short(n: number): string {
    return n < 10 ? this.number(n, 1, true) : this.number(n)
  }

  /** 0..1 as `57 %` (with the language's own space). */
  percent(ratio: number): string {
    return `${this.number(ratio * 100)}\u202f%`
  }

  /** The form for `n`, with `#` replaced by the number: `{ one: '# hand', other: '# hands' }`. */
  plural(n: number, forms: Forms): string {
    const rule = n === 0 && forms.zero !== undefined ? 'zero' : this.#plurals.select(n)
    const form = (rule === 'zero' || rule === 'one' ? forms[rule] : undefined) ?? forms.other
    return form.replaceAll('#', this.number(n))
  }

  /** A duration of milliseconds as `2.4 s`, `12 s`. */
  seconds(ms: number): string {
    return `${ms < 10_000 ? this.number(ms / 1000, 1, true) : this.number(ms / 1000)}\u202fs`
  }

  /** A duration of seconds as `3 d 4 h`, `2 h 5 min`, `40 s`: its two largest parts. */
  duration(s: number): string {
    const parts: [number, string][] = [
      [Math.floor(s / 86_400), this.language === 'de' ? 'T' : 'd'],
      [Math.floor(s / 3_600) % 24, 'h'],
      [Math.floor(s / 60) % 60, 'min'],
      [Math.floor(s) % 60, 's'],
    ]
    const first = parts.findIndex(([n]) => n > 0)
    const shown = first < 0 ? parts.slice(-1) : parts.slice(first, first + 2)
    return shown.map(([n, unit]) => `${this.number(n)}\u202f${unit}`).join(' ')
  }

  /** A size as `812 kB`, `3.4 MB`, `1.2 GB`. */
  bytes(n: number): string {
    const units = ['kB', 'MB', 'GB', 'TB']
    const step = Math.min(
      units.length - 1,
      Math.max(0, Math.floor(Math.log10(Math.max(n, 1)) / 3) - 1),
    )
    const value = n / 1000 ** (step + 1)
    return `${this.number(value, value < 10 ? 1 : 0)}\u202f${units[step] ?? ''}`
  }

  /** Hours and minutes of a moment. */
  clock(at: Date): string {
    return this.#clock.format(at)
  }

  /** Hours, minutes and seconds of a moment. */
  time(at: string | Date): string {
    return this.#time.format(new Date(at))
  }

  date(at: string | Date): string {
    return this.#date.format(new Date(at))
  }

  dateTime(at: string | Date): string {
    return this.#dateTime.format(new Date(at))
  }

  /** `3 minutes ago`, `yesterday`. */
  ago(at: string | Date, now: Date = new Date()): string {
    const s = (new Date(at).getTime() - now.getTime()) / 1000
    const steps: [number, Intl.RelativeTimeFormatUnit][] = [
      [86_400, 'day'],
      [3_600, 'hour'],
      [60, 'minute'],
    ]
    for (const [size, unit] of steps)
      if (Math.abs(s) >= size) return this.#relative.format(Math.trunc(s / size), unit)
    return this.#relative.format(Math.trunc(s), 'second')
  }

  /** `a, b and c`. */
  list(items: readonly string[], type: 'conjunction' | 'disjunction' = 'conjunction'): string {
    return new Intl.ListFormat(this.language, { type }).format(items)
  }
}

export const EN = new Formats('en')
export const DE = new Formats('de')
