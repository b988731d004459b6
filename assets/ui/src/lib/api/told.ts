/**
 * What the box says went wrong, as sentences. What people meet in daily use has a code, and is said in
 * their language by the catalogue; all else is said in the box's own English words.
 */
import { i18n } from '../i18n/index.svelte'
import { asError } from './http'
import type { Refusal } from './types'

/** With a capital letter and a stop: the box's words are made to stand after others. */
export function sentence(text: string): string {
  const t = text.trim()
  if (t === '') return ''
  const first = t.charAt(0).toUpperCase() + t.slice(1)
  return /[.!?…]$/.test(first) ? first : `${first}.`
}

/** A refusal in the language of whoever reads it; null for one of a newer box, that we do not know. */
export function refusalWords(refusal: Refusal | undefined): string | null {
  const all = i18n.t.refusals
  if (!refusal || !Object.hasOwn(all, refusal.code)) return null
  return (all[refusal.code] as (r: Refusal) => string)(refusal)
}

/** Anything thrown: what, why and what to do. */
export function told(e: unknown): string {
  const { what, why, next, refusal } = asError(e)
  const known = refusalWords(refusal)
  if (known !== null) return known
  return [what, why, next]
    .map((part) => sentence(part ?? ''))
    .filter((part) => part !== '')
    .join(' ')
}
