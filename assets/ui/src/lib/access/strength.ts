/** How hard a password is to guess, roughly: a hint while somebody types, never a promise. */

/** As the box asks for. */
export const PASSWORD_MIN = 12

export type Strength = 'short' | 'weak' | 'fair' | 'good' | 'strong'

/** Guesses as bits, from what it is made of; runs and repeats count little. */
export function bits(password: string): number {
  const chars = [...password]
  let pool = 0
  if (/\p{Ll}/u.test(password)) pool += 26
  if (/\p{Lu}/u.test(password)) pool += 26
  if (/\d/.test(password)) pool += 10
  if (/[^\p{L}\d]/u.test(password)) pool += 20
  const code = (i: number) => chars[i]?.codePointAt(0) ?? 0
  let counted = 0
  for (let i = 0; i < chars.length; i++) {
    const step = Math.abs(code(i) - code(i - 1))
    counted += i > 0 && step <= 1 ? 0.25 : 1
  }
  const different = new Set(chars).size
  // Words repeat letters: what a person types is worth less than random letters.
  return Math.min(counted, different * 2) * Math.log2(Math.max(pool, 2)) * 0.6
}

export function strength(password: string): Strength {
  if ([...password].length < PASSWORD_MIN) return 'short'
  const b = bits(password)
  if (b < 36) return 'weak'
  if (b < 50) return 'fair'
  return b < 66 ? 'good' : 'strong'
}
