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
const verdict = (why: Why, text: string, number = 1): Verdict => ({
  number,
  at: '2026-01-01T00:00:00Z',
  gesture: 'closed_fist',
  who: 'left hand',
  binding: 'delete',
  command: 'delete',
  verdict: why,
  text,
})

/** As the box says them. */
const ALL: Record<Why, string> = {
  fired: '`delete` was given after 900 of 900 ms: 1 object is gone',
  dry_run: '`delete` would have been given after 900 of 900 ms, but this is a dry run',
  not_bound: 'nothing is bound to it',
  switched_off: 'the binding `delete` is switched off',
  other_hand: 'the left hand is meant',
  other_mode: 'it counts in the mode `draw`',
  not_armed: 'hands are not armed',
  too_short: 'held 412 of 900 ms',
  cooling_down: '312 of 1000 ms after the last time',
  not_released: 'it had been gone for 30 of 200 ms',
  busy: 'the hand was busy with something else',
  refused: '`delete` was refused: nothing is selected',
}

afterEach(() => i18n.use('en'))

describe('the words for what came of a gesture', () => {
  it('say it with the numbers, in both languages', async () => {
    const words = () =>
      (Object.keys(ALL) as Why[]).map((why) => verdictWords(verdict(why, ALL[why]), [bound]))
    await i18n.use('en')
    const english = words()
    expect(english).toContain('Too short: held 412 of 900 ms.')
    expect(english).toContain('Too soon: 312 of 1,000 ms after the last time.')
    expect(english).toContain('It counts for the left hand.')
    expect(english).toContain('It counts in the mode Draw.')
    expect(english).toContain('Delete was refused: nothing is selected')
    await i18n.use('de')
    const german = words()
    expect(german).toContain('Zu kurz: 412 von 900 ms gehalten.')
    expect(german).toContain('Zu früh: 312 von 1.000 ms nach dem letzten Mal.')
    expect(new Set(german).size).toBe(12)
    german.forEach((w, i) => expect(w).not.toBe(english[i]))
  })

  it('know the hand and the mode though the binding is gone meanwhile', () => {
    expect(verdictWords(verdict('other_hand', ALL.other_hand))).toBe('It counts for the left hand.')
    expect(verdictWords(verdict('other_mode', ALL.other_mode))).toBe('It counts in the mode Draw.')
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
    bindings.take([verdict('busy', '', 1)])
    bindings.pause(true)
    bindings.take([verdict('busy', '', 1), verdict('busy', '', 2)])
    expect(bindings.lines.map((v) => v.number)).toEqual([1])
    expect(bindings.unseen).toBe(1)
    bindings.pause(false)
    expect(bindings.lines.map((v) => v.number)).toEqual([2, 1])
    bindings.clear()
    bindings.take([verdict('busy', '', 2), verdict('busy', '', 3)])
    expect(bindings.lines.map((v) => v.number)).toEqual([3])
  })

  it('begins anew with a box that counts from one again', async () => {
    const answer = (lines: Verdict[]) =>
      vi.stubGlobal('fetch', () => Promise.resolve(new Response(JSON.stringify(lines))))
    answer([verdict('fired', '', 1)])
    await bindings.loadLog()
    expect(bindings.lines.map((v) => v.number)).toEqual([1])
    bindings.take([verdict('fired', '', 2)])
    expect(bindings.lines.map((v) => v.number)).toEqual([2, 1])
    // What was there before this page came does not flash; what happens now does.
    expect(bindings.flashes.delete).toEqual({ number: 2, dry: false })
    vi.unstubAllGlobals()
  })
})
