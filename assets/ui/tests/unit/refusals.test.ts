import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { ApiError } from '../../src/lib/api/http'
import { refusalWords, told } from '../../src/lib/api/told'
import type { ErrorBody, Refusal } from '../../src/lib/api/types'
import { i18n } from '../../src/lib/i18n/index.svelte'

const WIRE = resolve(import.meta.dirname, '../../src/lib/api/generated/wire.ts')
/** Every code of the box's, as its types say. */
const CODES = [...readFileSync(WIRE, 'utf8').matchAll(/"code": "([a-z_]+)"/g)].map((m) => m[1])

const error = (over: Partial<ErrorBody>) =>
  new ApiError({ kind: 'conflict', what: 'Box 1 is locked', next: 'unlock it first', ...over })

afterEach(() => i18n.use('en'))

describe('what the box refuses', () => {
  it('has words for every code in every language, with its numbers', async () => {
    expect(CODES.length).toBeGreaterThan(30)
    const some = { name: 'N', who: 'left hand', scene: 'S', most: 7, most_mib: 7, version: 2 }
    const more = { corner: 1, pixels: 7, found: 3, of: 12, percent: 9 }
    const said: string[][] = []
    for (const language of ['en', 'de'] as const) {
      await i18n.use(language)
      const words = CODES.map((code) => refusalWords({ code, ...some, ...more } as Refusal) ?? '')
      for (const [i, w] of words.entries()) {
        expect(w, CODES[i]).toMatch(/^[A-ZÄÖÜ„“].*[.?]$/)
        expect(w, CODES[i]).not.toMatch(/undefined|NaN|\bSie wollen|\bIhr\b/)
      }
      said.push(words)
    }
    said[0]?.forEach((w, i) => expect(said[1]?.[i], CODES[i]).not.toBe(w))
  })

  it('is told in the language of the reader, and in the box’s words where it has no code', async () => {
    await i18n.use('de')
    expect(told(error({ refusal: { code: 'locked', name: 'Box 1' } }))).toBe(
      'Box 1 ist gesperrt. Entsperr es zuerst.',
    )
    expect(told(error({}))).toBe('Box 1 is locked. Unlock it first.')
    expect(told(error({ refusal: { code: 'from_the_future' } as unknown as Refusal }))).toBe(
      'Box 1 is locked. Unlock it first.',
    )
  })
})
