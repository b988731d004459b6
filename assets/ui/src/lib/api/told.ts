/** What the box says went wrong, as sentences. */
import { asError } from './http'

/** With a capital letter and a stop: the box's words are made to stand after others. */
export function sentence(text: string): string {
  const t = text.trim()
  if (t === '') return ''
  const first = t.charAt(0).toUpperCase() + t.slice(1)
  return /[.!?…]$/.test(first) ? first : `${first}.`
}

/** Anything thrown: what, why and what to do. */
export function told(e: unknown): string {
  const { what, why, next } = asError(e)
  return [what, why, next]
    .map((part) => sentence(part ?? ''))
    .filter((part) => part !== '')
    .join(' ')
}
