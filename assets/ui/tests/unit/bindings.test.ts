import { describe, expect, it } from 'vitest'
import type { Binding, Verdict } from '../../src/lib/api/types'
import {
  COMMANDS,
  GROUPS,
  commandsOf,
  firstOf,
  isBindable,
  parseCommand,
  wrongIn,
  type BindableName,
} from '../../src/lib/bindings/commands'
import { canBeHeld, fresh, freshId, grouped } from '../../src/lib/bindings/list'
import { markOf, matching, merged } from '../../src/lib/bindings/verdict'

const binding = (id: string, gesture: string): Binding => ({
  id,
  gesture,
  hand: 'any',
  hold_ms: 0,
  release_ms: 0,
  cooldown_ms: 0,
  command: { command: 'undo' },
  enabled: true,
})

describe('the form of a command', () => {
  it('begins with something that is right, for every command', () => {
    for (const name of Object.keys(COMMANDS) as BindableName[])
      expect(wrongIn(firstOf(name, [7])), name).toEqual([])
    expect(firstOf('open_scene', [7])).toEqual({ command: 'open_scene', scene: 7 })
  })

  it('has every command in one group', () => {
    const shown = GROUPS.flatMap(commandsOf)
    expect(shown.toSorted()).toEqual(Object.keys(COMMANDS).toSorted())
  })

  it('says what is wrong with an argument', () => {
    expect(wrongIn({ command: 'scale', factor: 0 })).toEqual([
      { name: 'factor', how: { type: 'range', min: 0.01, max: 100 } },
    ])
    expect(wrongIn({ command: 'scale' })[0]?.how.type).toBe('missing')
    expect(wrongIn({ command: 'colour', colour: 'red' })[0]?.how.type).toBe('colour')
    expect(wrongIn({ command: 'move', by: [1, 2] })[0]?.how.type).toBe('range')
    expect(wrongIn({ command: 'move', by: [1, 2, NaN] })[0]?.how.type).toBe('range')
    expect(wrongIn({ command: 'set_mode', mode: 'paint' })[0]?.how.type).toBe('choice')
    expect(wrongIn({ command: 'label', label: 'x'.repeat(201) })[0]?.how.type).toBe('long')
    // Characters count, not halves of them.
    expect(wrongIn({ command: 'label', label: '🖐'.repeat(200) })).toEqual([])
    // What the page does not know is the box's to judge.
    expect(wrongIn({ command: 'dance', factor: 'much' })).toEqual([])
  })

  it('takes a command as text only where it is one', () => {
    expect(parseCommand('{"command":"undo"}')).toEqual({ command: 'undo' })
    for (const text of ['', '{', '[]', '"undo"', '{"name":"undo"}', '{"command":1}', 'null'])
      expect(parseCommand(text), text).toBeNull()
    expect(isBindable('toString')).toBe(false)
  })
})

describe('the list of bindings', () => {
  const gestures = [{ name: 'pinch' }, { name: 'wave' }, { name: 'clap' }] as { name: 'pinch' }[]

  it('is grouped by gesture in the gallery’s order, strangers last', () => {
    const { bound, free } = grouped(
      [binding('a', 'custom:x'), binding('b', 'wave'), binding('c', 'pinch'), binding('d', 'wave')],
      gestures,
    )
    expect(bound.map((g) => [g.gesture, g.bindings.map((b) => b.id)])).toEqual([
      ['pinch', ['c']],
      ['wave', ['b', 'd']],
      ['custom:x', ['a']],
    ])
    expect(free).toEqual(['clap'])
  })

  it('makes up ids that the box takes and nobody has', () => {
    expect(freshId('undo', [])).toBe('undo')
    expect(freshId('undo', ['undo', 'undo-2'])).toBe('undo-3')
    expect(freshId('Ä!', [])).toBe('binding')
    expect(freshId('x'.repeat(90), []).length).toBeLessThanOrEqual(40)
  })

  it('asks no hold of what is over at once', () => {
    expect(canBeHeld('clap')).toBe(false)
    expect(fresh('clap', []).hold_ms).toBe(0)
    expect(fresh('wave', []).hold_ms).toBeGreaterThan(0)
  })
})

describe('verdicts', () => {
  const verdict = (number: number, over: Partial<Verdict> = {}): Verdict => ({
    number,
    at: '2026-01-01T00:00:00Z',
    gesture: 'wave',
    who: 'left hand',
    verdict: 'fired',
    text: '',
    ...over,
  })

  it('of before and of now are one list, newest first, each once', () => {
    const all = merged([verdict(1), verdict(2)], [verdict(2), verdict(3)])
    expect(all.map((v) => v.number)).toEqual([3, 2, 1])
    expect(merged([verdict(1), verdict(2)], [verdict(3)], 2).map((v) => v.number)).toEqual([3, 2])
  })

  it('are filtered by what came of them and by gesture', () => {
    expect(matching(verdict(1, { verdict: 'dry_run' }), 'did', '')).toBe(true)
    expect(matching(verdict(1, { verdict: 'refused' }), 'did', '')).toBe(false)
    expect(matching(verdict(1, { verdict: 'refused' }), 'not', 'wave')).toBe(true)
    expect(matching(verdict(1), 'all', 'clap')).toBe(false)
    expect(markOf('cooling_down')).toBe('not')
  })
})
