import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { ApiError } from '../../src/lib/api/http'
import { explained, refusalWords, told } from '../../src/lib/api/told'
import type { ErrorBody, Refusal, Trouble } from '../../src/lib/api/types'
import { i18n } from '../../src/lib/i18n/index.svelte'

const WIRE = resolve(import.meta.dirname, '../../src/lib/api/generated/wire.ts')
/** Every code of one of the box's types. */
function codesOf(type: string): string[] {
  const text = readFileSync(WIRE, 'utf8')
  const from = text.indexOf(`export type ${type} = `)
  const body = text.slice(from, text.indexOf(';\n', text.indexOf('};', from)))
  return [...body.matchAll(/"code": "([a-z_]+)"/g)].map((m) => m[1] as string)
}
const CODES = codesOf('Refusal')
const TROUBLES = codesOf('Trouble')

const error = (over: Partial<ErrorBody>) =>
  new ApiError({ kind: 'conflict', what: 'Box 1 is locked', next: 'unlock it first', ...over })

afterEach(() => i18n.use('en'))

describe('what the box refuses', () => {
  it('has words for every code in every language, with its numbers', async () => {
    expect(CODES.length).toBeGreaterThan(30)
    const some = { name: 'N', who: 'left hand', scene: 'S', most: 7, most_mib: 7, version: 2 }
    const ofOllama = {
      url: 'u',
      model: 'm',
      said: 'It is full.',
      needs_bytes: 9e9,
      free_bytes: 1e9,
    }
    const more = { corner: 1, pixels: 7, found: 3, of: 12, percent: 9, ...ofOllama }
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

describe('why a part is not well', () => {
  const given = { ms: 2_100, detail: 'D', id: 'I', name: 'N', status: 404, path: '/p', url: 'u' }
  const more = { free_bytes: 1e9, percent: 3, hang: ['the hands'], ended: ['the server'], times: 4 }

  it('has words for every code in every language, with its numbers', async () => {
    expect(TROUBLES.length).toBeGreaterThan(35)
    const said: string[][] = []
    for (const language of ['en', 'de'] as const) {
      await i18n.use(language)
      const words = TROUBLES.map((code) => {
        const { why, next } = explained({ trouble: { code, ...given, ...more } as Trouble })
        return `${why} ${next}`.trim()
      })
      for (const [i, w] of words.entries()) {
        expect(w, TROUBLES[i]).toMatch(/^\S.*[.…`]$/)
        expect(w, TROUBLES[i]).not.toMatch(/undefined|NaN|\bSie wollen|\bIhr\b/)
      }
      said.push(words)
    }
    said[0]?.forEach((w, i) => expect(said[1]?.[i], TROUBLES[i]).not.toBe(w))
  })

  it('is told in the box’s words where it has no code', async () => {
    await i18n.use('de')
    const part = { reason: 'it is odd', next: 'look at it' }
    expect(explained(part)).toEqual({ why: 'It is odd.', next: 'Look at it.' })
    const trouble = { code: 'from_the_future' } as unknown as Trouble
    expect(explained({ ...part, trouble }).why).toBe('It is odd.')
    expect(explained({}).why).toBe('')
  })
})
