import { describe, expect, it } from 'vitest'
import { strength } from '../../src/lib/access/strength'

describe('the strength of a password', () => {
  it.each([
    ['short', 'short'],
    ['elevenchars', 'short'],
    ['aaaaaaaaaaaaaaaa', 'weak'],
    ['123456789012345', 'weak'],
    ['abcdefghijklmnop', 'weak'],
    ['plum tortoise', 'fair'],
    ['plum tortoise ladder', 'good'],
    ['plum tortoise ladder Vienna 7', 'strong'],
  ])('%s is %s', (password, expected) => {
    expect(strength(password)).toBe(expected)
  })
})
