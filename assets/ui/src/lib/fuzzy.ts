/**
 * Finding by typing: every word of the query must be found somewhere, whole or as letters in their order
 * within one word ("mrr" finds "mirrored"). Pure; knows nothing of what is searched.
 */

/** Letters without marks, so that "losche" finds "Lösche". */
export function plain(text: string): string {
  return text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase().replaceAll('ß', 'ss')
}

/** How well `query` fits `text`: 0 not at all, more is better. */
export function score(query: string, text: string): number {
  const hay = plain(text)
  const words = plain(query).split(/\s+/).filter(Boolean)
  let total = 1
  for (const word of words) {
    const s = wordScore(word, hay)
    if (s === 0) return 0
    total += s
  }
  return total
}

function wordScore(word: string, hay: string): number {
  const at = hay.indexOf(word)
  if (at >= 0) {
    const begins = at === 0 || !/[\p{L}\p{N}]/u.test(hay[at - 1] ?? '')
    return (begins ? 100 : 60) - Math.min(20, at / 10)
  }
  // A typo or a shortening: the letters in their order within one word, the first one first.
  if (word.length < 3) return 0
  for (const other of hay.split(/[^\p{L}\p{N}]+/u)) {
    if (other[0] !== word[0] || other.length > word.length * 3) continue
    let i = 0
    for (const letter of other) if (letter === word[i]) i++
    if (i === word.length) return 20
  }
  return 0
}
