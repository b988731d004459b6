/** The catalogues: complete, alike, and about every setting there is. */
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import * as de from '../../src/lib/i18n/de'
import { texts } from '../../src/lib/i18n/de/setting_texts'
import * as en from '../../src/lib/i18n/en'
import { choose } from '../../src/lib/i18n/index.svelte'
import { DE, EN } from '../../src/lib/i18n/intl'

type Leaf = string | ((...args: never[]) => string)

function leaves(value: unknown, path = ''): [string, Leaf][] {
  if (typeof value === 'string' || typeof value === 'function') return [[path, value as Leaf]]
  return Object.entries(value as object).flatMap(([k, v]) => leaves(v, path ? `${path}.${k}` : k))
}

const english = new Map(leaves(en))
const german = new Map(leaves(de))

describe('the catalogues', () => {
  it('say the same things in both languages', () => {
    expect([...german.keys()].sort()).toEqual([...english.keys()].sort())
    expect(english.size).toBeGreaterThan(200)
  })

  it('leave nothing empty', () => {
    for (const [path, leaf] of [...english, ...german])
      if (typeof leaf === 'string') expect(leaf.trim(), path).not.toBe('')
  })

  it('use what they are given alike', () => {
    for (const [path, leaf] of english) {
      const other = german.get(path)
      expect(typeof other, path).toBe(typeof leaf)
      if (typeof leaf === 'function' && typeof other === 'function')
        expect(other.length, path).toBe(leaf.length)
      if (typeof leaf === 'string' && typeof other === 'string') {
        // Names of programs, options and addresses are the same in every language.
        const code = (s: string) => (s.match(/`[^`]+`|https?:\S+[\w/]/g) ?? []).sort()
        expect(code(other), path).toEqual(code(leaf))
      }
    }
  })

  it('put every value that they are given into the sentence', () => {
    // Numbers and texts that cannot be mistaken for anything else.
    const given = (n: number) => [71, 83, 97, 113].slice(0, n)
    for (const [path, leaf] of [...english, ...german]) {
      if (typeof leaf !== 'function' || leaf.length === 0) continue
      // These take a refusal, and have a test of their own.
      if (path.startsWith('refusals.')) continue
      let said: unknown
      try {
        said = (leaf as unknown as (...a: unknown[]) => unknown)(...given(leaf.length))
      } catch {
        // It wants something other than numbers; the types see to that.
        continue
      }
      if (typeof said !== 'string') continue
      expect(said, path).not.toMatch(/undefined|NaN|\[object/)
    }
  })
})

describe('settings in German', () => {
  const reference = readFileSync(
    new URL('../../../../docs/reference/settings.md', import.meta.url),
    'utf8',
  )
  const keys = [...reference.matchAll(/^\| `([a-z_]+\.[a-z0-9_]+)` \|/gm)].map(
    (m) => m[1] as string,
  )

  it('are all there, and none that is gone', () => {
    expect(keys.length).toBeGreaterThan(50)
    expect(Object.keys(texts).sort()).toEqual([...keys].sort())
    for (const [key, [label, doc]] of Object.entries(texts)) {
      expect(label.length, key).toBeGreaterThan(1)
      expect(doc.length, key).toBeGreaterThan(10)
    }
  })

  it('have a title for each of their groups', () => {
    for (const key of keys) {
      const group = key.split('.')[0] as string
      expect(en.settings.groups, group).toHaveProperty(group)
      expect(de.settings.groups, group).toHaveProperty(group)
    }
  })
})

describe('the language', () => {
  it('is the first of the browser’s that there is, or the one that was chosen', () => {
    expect(choose('auto', ['fr-FR', 'de-CH', 'en'])).toBe('de')
    expect(choose('auto', ['fr', 'ja'])).toBe('en')
    expect(choose('auto', [])).toBe('en')
    expect(choose('en', ['de'])).toBe('en')
  })

  it('writes numbers and durations its own way', () => {
    expect([EN.number(1234.56, 1), DE.number(1234.56, 1)]).toEqual(['1,234.6', '1.234,6'])
    expect(EN.plural(1, { one: '# hand', other: '# hands' })).toBe('1 hand')
    expect(EN.plural(0, { zero: 'none', one: '# hand', other: '# hands' })).toBe('none')
    expect(EN.duration(7_384).replaceAll('\u202f', ' ')).toBe('2 h 3 min')
    expect(EN.duration(0).replaceAll('\u202f', ' ')).toBe('0 s')
    expect(DE.ago('2026-11-21T12:00:00Z', new Date('2026-11-21T12:03:00Z'))).toBe('vor 3 Minuten')
  })
})
