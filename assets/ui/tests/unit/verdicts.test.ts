import { afterEach, describe, expect, it, vi } from 'vitest'
import type { Binding, Verdict, Why } from '../../src/lib/api/types'
import { bindings } from '../../src/lib/bindings/bindings.svelte'
import { COMMANDS, firstOf, type BindableName } from '../../src/lib/bindings/commands'
import { argumentName, commandName, commandWords, verdictWords } from '../../src/lib/bindings/words'
import { i18n } from '../../src/lib/i18n/index.svelte'
import { gestureHow, gestureName } from '../../src/lib/names'

const bound: Binding = {
  id: 'delete',
  gesture: 'closed_fist',
  hand: 'left',
  mode: 'draw',
  hold_ms: 900,
  release_ms: 0,
  cooldown_ms: 1000,
  command: { command: 'delete' },
  enabled: true,
}
const verdict = (why: Why, number = 1): Verdict => ({
  number,
  at: '2026-01-01T00:00:00Z',
  gesture: 'closed_fist',
  who: 'left hand',
  binding: 'delete',
  command: 'delete',
  verdict: why,
  text: 'the box says this in English',
  ...ALL[why],
})

/** What the box gives beside its words. */
const ALL: Record<Why, Partial<Verdict>> = {
  fired: { had_ms: 900, needs_ms: 900 },
  dry_run: {},
  not_bound: {},
  switched_off: {},
  other_hand: { meant_hand: 'left' },
  other_mode: { meant_mode: 'draw' },
  not_armed: {},
  demo_shows: {},
  demo_elsewhere: {},
  too_short: { had_ms: 412, needs_ms: 900 },
  cooling_down: { had_ms: 312, needs_ms: 1000 },
  not_released: { had_ms: 30, needs_ms: 200 },
  busy: {},
  refused: { refusal: { code: 'nothing_selected' } },
}

afterEach(() => i18n.use('en'))

describe('the words for what came of a gesture', () => {
  it('say it with the numbers, in both languages', async () => {
    const words = () =>
      (Object.keys(ALL) as Why[]).map((why) => verdictWords(verdict(why), [bound]))
    await i18n.use('en')
    const english = words()
    expect(english).toContain('Too short: held 412 of 900 ms.')
    expect(english).toContain('Too soon: 312 of 1,000 ms after the last time.')
    expect(english).toContain('It counts for the left hand.')
    expect(english).toContain('It counts in the mode Draw.')
    expect(english).toContain('Delete was refused: Nothing is selected. Select something first.')
    await i18n.use('de')
    const german = words()
    expect(german).toContain('Zu kurz: 412 von 900 ms gehalten.')
    expect(german).toContain('Zu früh: 312 von 1.000 ms nach dem letzten Mal.')
    expect(german.join(' ')).not.toContain('English')
    expect(new Set(german).size).toBe(14)
    german.forEach((w, i) => expect(w).not.toBe(english[i]))
  })

  it('know the hand and the mode though the binding is gone meanwhile', () => {
    expect(verdictWords(verdict('other_hand'))).toBe('It counts for the left hand.')
    expect(verdictWords(verdict('other_mode'))).toBe('It counts in the mode Draw.')
  })

  it('fall back on the box’s own where a refusal has no code', () => {
    const odd = { ...verdict('refused'), text: '`delete` was refused: the moon is full' }
    delete odd.refusal
    expect(verdictWords(odd, [bound])).toBe('Delete was refused: the moon is full')
  })

  it('name every command, argument and gesture, none by its code', async () => {
    for (const language of ['en', 'de'] as const) {
      await i18n.use(language)
      for (const name of Object.keys(COMMANDS) as BindableName[]) {
        expect(Object.keys(i18n.t.gestures.does), name).toContain(name)
        expect(commandName(name)).not.toMatch(/_/)
        for (const a of COMMANDS[name].arguments)
          expect(Object.keys(i18n.t.gestures.args), a.name).toContain(a.name)
      }
      expect(argumentName('pen_width')).not.toBe('pen_width')
    }
    expect(gestureName('swipe_left')).toBe('Nach links wischen')
    expect(gestureHow('custom:wink', 'Wink.')).toBe('Wink.')
    expect(gestureName('toString')).toBe('ToString')
  })

  it('say what a command does with its arguments', () => {
    expect(commandWords({ command: 'rotate', degrees: 30 })).toBe('Turn, 30°')
    expect(commandWords({ command: 'create', form: { kind: 'sphere' } })).toBe(
      'Make an object, Sphere',
    )
    expect(commandWords({ command: 'dance' })).toBe('dance')
    expect(commandWords(firstOf('undo'))).toBe('Undo')
  })
})

describe('the log', () => {
  it('keeps what came while it was paused, and forgets what was cleared', () => {
    bindings.take([verdict('busy', 1)])
    bindings.pause(true)
    bindings.take([verdict('busy', 1), verdict('busy', 2)])
    expect(bindings.lines.map((v) => v.number)).toEqual([1])
    expect(bindings.unseen).toBe(1)
    bindings.pause(false)
    expect(bindings.lines.map((v) => v.number)).toEqual([2, 1])
    bindings.clear()
    bindings.take([verdict('busy', 2), verdict('busy', 3)])
    expect(bindings.lines.map((v) => v.number)).toEqual([3])
  })

  it('begins anew with a box that counts from one again', async () => {
    const answer = (lines: Verdict[]) =>
      vi.stubGlobal('fetch', () => Promise.resolve(new Response(JSON.stringify(lines))))
    answer([verdict('fired', 1)])
    await bindings.loadLog()
    expect(bindings.lines.map((v) => v.number)).toEqual([1])
    bindings.take([verdict('fired', 2)])
    expect(bindings.lines.map((v) => v.number)).toEqual([2, 1])
    // What was there before this page came does not flash; what happens now does.
    expect(bindings.flashes.delete).toEqual({ number: 2, dry: false })
    vi.unstubAllGlobals()
  })
})
