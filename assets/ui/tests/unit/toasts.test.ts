import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { Toasts } from '../../src/lib/state/toast.svelte'

describe('toasts', () => {
  beforeEach(() => vi.useFakeTimers())
  afterEach(() => vi.useRealTimers())
  const texts = (t: Toasts) => t.list.map((x) => x.text)

  it('go by themselves, troubles last', () => {
    const t = new Toasts()
    t.say('done')
    t.complain('it did not work', { next: 'try again' })
    vi.advanceTimersByTime(6_000)
    expect(texts(t)).toEqual(['it did not work'])
    vi.advanceTimersByTime(10_000)
    expect(t.list).toEqual([])
  })

  it('are three at most, and none twice', () => {
    const t = new Toasts()
    for (const words of ['a', 'b', 'a', 'c', 'd']) t.say(words)
    expect(texts(t)).toEqual(['a', 'c', 'd'])
  })

  it('stay while somebody is on them', () => {
    const t = new Toasts()
    t.say('gone', { label: 'Undo', run: () => undefined })
    t.hold()
    t.say('and another')
    vi.advanceTimersByTime(60_000)
    expect(texts(t)).toEqual(['gone', 'and another'])
    t.letGo()
    vi.advanceTimersByTime(5_000)
    expect(texts(t)).toEqual(['gone'])
    vi.advanceTimersByTime(5_000)
    expect(t.list).toEqual([])
  })
})
