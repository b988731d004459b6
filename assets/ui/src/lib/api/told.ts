/**
 * What the box says went wrong, as sentences. What people meet in daily use has a code, and is said in
 * their language by the catalogue; all else is said in the box's own English words.
 */
import { i18n } from '../i18n/index.svelte'
import { asError } from './http'
import type { Explained, Refusal, Trouble } from './types'

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

/**
 * Why a part is as it is and what to do, in the language of whoever reads it; in the box's own words where
 * it has no code, or one of a newer box.
 */
export function explained(part: {
  reason?: string | undefined
  next?: string | undefined
  trouble?: Trouble | undefined
}): Required<Explained> {
  const all = i18n.t.troubles
  const { trouble } = part
  if (!trouble || !Object.hasOwn(all, trouble.code))
    return { why: sentence(part.reason ?? ''), next: sentence(part.next ?? '') }
  return { next: '', ...(all[trouble.code] as (t: Trouble) => Explained)(trouble) }
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
