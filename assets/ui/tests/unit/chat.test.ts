/** Conversations: news put together with what is there, the list by days, parameters, cards, models. */
import { describe, expect, it } from 'vitest'
import { cardOf } from '../../src/lib/chat/card'
import { byDay, dayOf, pieces } from '../../src/lib/chat/groups'
import { PLAIN } from '../../src/lib/chat/habits'
import { coming, longer, merge } from '../../src/lib/chat/merge'
import { offered, shortName } from '../../src/lib/chat/models'
import { fits, stops, withOption, withStops } from '../../src/lib/chat/options'
import type { Chat, ChatInfo, ChatMessage, ChatNews, Model } from '../../src/lib/chat/types'

const info = (over: Partial<ChatInfo> = {}): ChatInfo => ({
  id: 7,
  title: 'Cubes',
  pinned: false,
  created_at: '2026-11-22T09:00:00Z',
  changed_at: '2026-11-22T09:00:00Z',
  model: null,
  answering: true,
  shared: false,
  ...over,
})
const message = (id: number, parent: number | null, over: Partial<ChatMessage> = {}) =>
  ({
    id,
    parent,
    versions: [id],
    role: id % 2 === 1 ? 'user' : 'assistant',
    text: `${id}`,
    thinking: '',
    model: null,
    state: 'whole',
    at: '2026-11-22T09:00:00Z',
    pictures: 0,
    told: [],
    ...over,
  }) satisfies ChatMessage as ChatMessage
/** Question, answer, question, and an answer that is coming. */
const chat = (): Chat => ({
  ...info(),
  how: PLAIN,
  messages: [
    message(1, null),
    message(2, 1),
    message(3, 2),
    message(4, 3, { state: 'coming', text: 'abc', waiting: 'model' }),
  ],
})
const last = (c: Chat | null) => c?.messages.at(-1)
const more = (from: number, text: string, over: Partial<ChatNews> = {}): ChatNews =>
  ({ what: 'more', chat: 7, message: 4, text: { from, text }, ...over }) as ChatNews

describe('more of an answer', () => {
  it('is put behind what is there', () => {
    expect(last(merge(chat(), more(3, 'def')))).toMatchObject({ text: 'abcdef' })
    expect(last(merge(chat(), more(3, 'def')))).not.toHaveProperty('waiting')
  })

  it('is skipped as far as it is there', () => {
    expect(last(merge(chat(), more(1, 'bcde')))?.text).toBe('abcde')
    expect(last(merge(chat(), more(0, 'ab')))?.text).toBe('abc')
    expect(longer('abc', { from: 3, text: '' })).toBe('abc')
  })

  it('is read anew where something between is missing', () => {
    expect(merge(chat(), more(4, 'x'))).toBeNull()
    const thinking = { what: 'more', chat: 7, message: 4, thinking: { from: 1, text: 'x' } }
    expect(merge(chat(), thinking as ChatNews)).toBeNull()
  })

  it('counts letters as JavaScript does', () => {
    const with2 = longer('a😀', { from: 3, text: 'b' })
    expect(with2).toBe('a😀b')
    expect(longer('a😀', { from: 2, text: '😀b'.slice(1) })).toBe('a😀b')
  })

  it('keeps thoughts apart, and says what it waits for', () => {
    const thought = merge(chat(), {
      what: 'more',
      chat: 7,
      message: 4,
      thinking: { from: 0, text: 'hm' },
    })
    expect(last(thought)).toMatchObject({ text: 'abc', thinking: 'hm' })
    const loads: ChatNews = { what: 'more', chat: 7, message: 4, waiting: 'loading' }
    expect(last(merge(chat(), loads))).toMatchObject({ waiting: 'loading', text: 'abc' })
  })

  it('of another conversation, of a version that is not shown or after the end changes nothing', () => {
    const before = chat()
    expect(merge(before, more(3, 'x', { chat: 8 } as Partial<ChatNews>))).toBe(before)
    expect(merge(before, more(3, 'x', { message: 99 } as Partial<ChatNews>))).toBe(before)
    const ended = {
      ...before,
      messages: before.messages.map((m) => ({ ...m, state: 'whole' as const })),
    }
    expect(merge(ended, more(3, 'x'))).toBe(ended)
    expect(coming(ended)).toBeUndefined()
    expect(coming(before)?.id).toBe(4)
  })

  it('comes to the same however it is cut, doubled and late', () => {
    const text = 'The card covers $A$ of it, 😀 so point.'
    for (let step = 1; step < 9; step++) {
      let now: Chat | null = {
        ...chat(),
        messages: [message(1, null), message(4, 1, { state: 'coming', text: '' })],
      }
      for (let at = 0; at < text.length; at += step) {
        const from = Math.max(0, at - step)
        now = merge(now as Chat, more(from, text.slice(from, at + step)))
        now = merge(now as Chat, more(from, text.slice(from, at + step)))
      }
      expect(last(now)?.text).toBe(text)
    }
  })
})

describe('what is said', () => {
  it('goes to the end, or in the place of another version with what followed it', () => {
    const said = (m: ChatMessage): ChatNews => ({ what: 'said', chat: 7, message: m })
    expect(merge(chat(), said(message(5, 4)))?.messages.map((m) => m.id)).toEqual([1, 2, 3, 4, 5])
    expect(merge(chat(), said(message(9, 2)))?.messages.map((m) => m.id)).toEqual([1, 2, 9])
    expect(merge(chat(), said(message(9, null)))?.messages.map((m) => m.id)).toEqual([9])
    expect(merge(chat(), said(message(9, 50)))).toBeNull()
    expect(merge(chat(), said(message(4, 3, { text: 'x' })))?.messages).toHaveLength(4)
  })

  it('ends with what the box says it is', () => {
    const whole = message(4, 3, { text: 'abcdef', versions: [2, 4] })
    const after = merge(chat(), { what: 'ended', chat: 7, message: whole })
    expect(last(after)).toEqual(whole)
    const other = { what: 'ended', chat: 7, message: message(44, 3) } as ChatNews
    const before = chat()
    expect(merge(before, other)).toBe(before)
  })

  it('is read anew where news were missed', () => {
    expect(merge(chat(), { what: 'missed' })).toBeNull()
  })
})

describe('a conversation that changed', () => {
  const changed = (over: Partial<ChatInfo>): ChatNews => ({ what: 'changed', chat: info(over) })
  it('has another name', () => {
    expect(merge(chat(), changed({ title: 'Other' }))?.title).toBe('Other')
    expect(merge(chat(), changed({ id: 8, title: 'Other' }))?.title).toBe('Cubes')
    expect(merge(chat(), changed({ answering: false }))?.answering).toBe(false)
  })
  it('is read anew where the news does not tell what is another', () => {
    expect(merge(chat(), changed({}))).toBeNull()
    expect(merge(chat(), changed({ model: 'seer' }))).toBeNull()
  })
})

describe('the list', () => {
  const now = new Date(2026, 10, 22, 9, 0)
  const at = (day: number, hour = 12) => new Date(2026, 10, day, hour).toISOString()
  it('goes by days', () => {
    const day = (changed_at: string, pinned = false) => dayOf({ changed_at, pinned }, now)
    expect(day(at(22, 1))).toBe('today')
    expect(day(at(23))).toBe('today')
    expect(day(at(21, 23))).toBe('yesterday')
    expect(day(at(17))).toBe('week')
    expect(day(at(1))).toBe('month')
    expect(day('2025-01-01T00:00:00Z')).toBe('older')
    expect(day('2025-01-01T00:00:00Z', true)).toBe('pinned')
    const groups = byDay(
      [info({ pinned: true }), info({ changed_at: at(22, 1) }), info({ changed_at: at(22, 0) })],
      now,
    )
    expect(groups.map((g) => [g.day, g.chats.length])).toEqual([
      ['pinned', 1],
      ['today', 2],
    ])
  })
  it('shows what was found within its piece', () => {
    expect(pieces('a \ue000b\ue001 c\ue000d\ue001')).toEqual([
      { text: 'a ', found: false },
      { text: 'b', found: true },
      { text: ' c', found: false },
      { text: 'd', found: true },
    ])
    expect(pieces('')).toEqual([])
  })
})

describe('parameters', () => {
  it('are what the box takes, or the model’s own', () => {
    expect(fits('temperature', 0.7)).toBe(true)
    expect(fits('temperature', 3)).toBe(false)
    expect(fits('top_k', 2.5)).toBe(false)
    expect(fits('seed', Number.NaN)).toBe(false)
    expect(withOption({ seed: 1, top_k: 4 }, 'seed', undefined)).toEqual({ top_k: 4 })
    expect(withOption({}, 'seed', 0)).toEqual({ seed: 0 })
    expect(withStops({ seed: 1 }, stops('a\n\nb'))).toEqual({ seed: 1, stop: ['a', 'b'] })
    expect(withStops({ stop: ['a'] }, [])).toEqual({})
  })
})

describe('an answer as a card', () => {
  it('is cut where a card takes no more, and says so', () => {
    expect(cardOf('short', 'q')).toEqual({
      form: { kind: 'answer', text: 'short', question: 'q' },
      cut: null,
    })
    const long = cardOf('😀'.repeat(30_000), 'q'.repeat(3_000))
    expect(long.cut).toBe(20_000)
    if (long.form.kind !== 'answer') throw new Error('no card')
    expect([...long.form.text]).toHaveLength(20_000)
    expect(long.form.text.endsWith('…')).toBe(true)
    expect(long.form.question).toHaveLength(2_000)
  })
})

describe('models', () => {
  const model = (name: string, ...capabilities: string[]) => ({ name, capabilities }) as Model
  const all = [
    model('plain', 'completion'),
    model('seer', 'completion', 'vision'),
    model('embedder', 'embedding'),
    model('unknown'),
  ]
  it('are offered for what they can', () => {
    expect(offered(all, false).map((m) => m.name)).toEqual(['plain', 'seer', 'unknown'])
    expect(offered(all, true).map((m) => m.name)).toEqual(['seer'])
    expect(shortName('a:latest')).toBe('a')
    expect(shortName('a:4b')).toBe('a:4b')
  })
})
