import { describe, expect, it } from 'vitest'
import { leaves } from '../../src/lib/models/keep'

describe('when a model leaves the memory', () => {
  const now = Date.parse('2026-11-22T12:00:00Z')
  it('is a time, never or now', () => {
    expect(leaves('2026-11-22T12:05:00Z', now)).toEqual(new Date('2026-11-22T12:05:00Z'))
    expect(leaves('2318-11-22T12:05:00Z', now)).toBe('never')
    expect(leaves(null, now)).toBe('never')
    expect(leaves('2026-11-22T11:59:59Z', now)).toBe('now')
  })
})
