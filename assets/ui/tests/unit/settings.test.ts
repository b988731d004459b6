import { describe, expect, it } from 'vitest'
import { score } from '../../src/lib/fuzzy'
import { settingTexts } from '../../src/lib/settings/texts.svelte'
import type { Setting } from '../../src/lib/api/types'
import {
  groupSettings,
  lockedWords,
  parse,
  pieces,
  stepOf,
  unitOf,
} from '../../src/lib/settings/form'

const base = {
  doc: 'd',
  from: 'default',
  restart: false,
  secret: false,
  may: true,
  locked: false,
} as const
const int: Setting = {
  ...base,
  key: 'vision.num_hands',
  type: 'int',
  min: 1,
  max: 4,
  default: 2,
  value: 2,
}
const float: Setting = {
  ...base,
  key: 'vision.min_x',
  type: 'float',
  min: 0,
  max: 1,
  default: 0.5,
  value: 0.5,
}
const choice: Setting = {
  ...base,
  key: 'vision.model',
  type: 'choice',
  choices: ['full', 'lite'],
  default: 'full',
  value: 'full',
}
const text: Setting = {
  ...base,
  key: 'camera.source',
  type: 'text',
  max_chars: 3,
  default: '',
  value: '',
}
const bool: Setting = { ...base, key: 'view.mirrored', type: 'bool', default: true, value: true }

describe('a typed value', () => {
  it.each([
    [int, '3', 3],
    [int, ' 4 ', 4],
    [float, '0.25', 0.25],
    [choice, 'lite', 'lite'],
    [text, 'äöü', 'äöü'],
    [bool, true, true],
  ])('of %o is taken', (setting, typed, value) => {
    expect(parse(setting, typed)).toEqual({ ok: true, value })
  })

  it.each([
    [int, '5', 'Use a whole number from 1 to 4.'],
    [int, '1.5', 'Use a whole number from 1 to 4.'],
    [int, '', 'Use a whole number from 1 to 4.'],
    [int, 'two', 'Use a whole number from 1 to 4.'],
    [float, '1.01', 'Use a number from 0 to 1.'],
    [choice, 'huge', 'Use one of full or lite.'],
    [text, 'four', 'Use at most 3 characters.'],
  ])('of %o is refused with what is allowed', (setting, typed, message) => {
    expect(parse(setting, typed)).toEqual({ ok: false, message })
  })
})

it('reads unit and label out of the key', () => {
  expect([unitOf('gesture.hold_ms'), settingTexts.label('gesture.hold_ms')]).toEqual(['ms', 'Hold'])
  expect([unitOf('camera.rate_fps'), settingTexts.label('camera.rate_fps')]).toEqual([
    'frames/s',
    'Rate',
  ])
  expect([unitOf('vision.num_hands'), settingTexts.label('vision.num_hands')]).toEqual([
    null,
    'Num hands',
  ])
})

it('keeps the order of groups and gives an unknown one its own name', () => {
  const alien: Setting = { ...bool, key: 'time_travel.on' }
  const groups = groupSettings([int, float, bool, alien])
  expect(groups.map((g) => [g.title, g.settings.length])).toEqual([
    ['Seeing hands', 2],
    ['Live view', 1],
    ['Time travel', 1],
  ])
})

it('finds by words, parts of words, without marks, and despite a slip', () => {
  const hay = 'Mirrored view.mirrored Livebild Größe full, lite'
  for (const found of ['lite', 'VIEW mirr', 'grosse', 'größe', 'mirored', 'mrr', ''])
    expect(score(found, hay), found).toBeGreaterThan(0)
  for (const not of ['view camera', 'xyz', 'zm']) expect(score(not, hay), not).toBe(0)
  expect(score('mirr', hay)).toBeGreaterThan(score('irr', hay))
})

it('says who decides a locked setting', () => {
  expect(lockedWords({ ...text, locked: true, from: 'flag', locked_by: '--camera' })).toContain(
    '`--camera`',
  )
  expect(lockedWords({ ...text, locked: true, from: 'file' })).toContain('configuration file')
})

it('cuts text at its code, and makes no HTML of it', () => {
  expect(pieces('use `a` or <b>')).toEqual([
    { code: false, text: 'use ' },
    { code: true, text: 'a' },
    { code: false, text: ' or <b>' },
  ])
})

it('steps by what the range asks for', () => {
  expect([stepOf(int), stepOf(float), stepOf({ ...float, max: 10 })]).toEqual([1, 0.01, 0.1])
})
