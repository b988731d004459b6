import { describe, expect, it } from 'vitest'
import type { HoldView } from '../../src/lib/api/types'
import { aboutWords } from '../../src/lib/canvas/overlay/hands'

describe('what is being held says what it will be done to', () => {
  const words = {
    left: 'L',
    right: 'R',
    held: (w: string) => w,
    item: (i: string) => i,
    about: (c: string, what: string) => `${c}: ${what}`,
    objects: (n: number) => `${n} objects`,
    nothing: 'nothing here',
  }
  const labels = new Map([
    [1, 'Lid'],
    [2, ''],
    [3, 'x'.repeat(80)],
  ])
  const held = (command: string, ids: number[]): HoldView => ({
    binding: 'b',
    command,
    track: 1,
    ids,
    at: [0.5, 0.5],
    progress: 0.5,
  })
  const said = (command: string, ids: number[]) =>
    aboutWords(held(command, ids), words, (id) => labels.get(id) ?? '')

  it('one by its name, several by their number, none by its absence', () => {
    expect(said('delete', [1])).toBe('delete: Lid')
    expect(said('delete', [2])).toBe('delete: 1 objects')
    expect(said('delete', [1, 2, 3])).toBe('delete: 3 objects')
    expect(said('delete', [])).toBe('delete: nothing here')
    expect(said('delete', [3])).toMatch(/^delete: x{29}…$/)
  })

  it('and what is about no object says only what it is', () => {
    expect(said('open_ring', [])).toBe('open_ring')
  })
})
