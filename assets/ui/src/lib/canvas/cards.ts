/**
 * How high cards are and how their words fall into lines: the same measure as the box takes for hitting
 * them with a hand (`src/canvas/touch/outline.rs`). Pure; whoever draws hands in how wide words are.
 */
import type { Form } from '../api/types'

/** Width of every card at scale 1, scene units. */
export const CARD_WIDTH = 2
/** Height of a line and of the letters, scene units. */
export const LINE = 0.24
export const EM = 0.165
/** The margin at the sides, scene units. */
export const MARGIN = 0.14
const LETTER = 0.085
export const MOST_LINES = 40

/** Puts words into lines of at most `width` as `measure` tells it; what is too long ends in an ellipsis. */
export function wrap(text: string, width: number, measure: (s: string) => number): string[] {
  const lines: string[] = []
  for (const paragraph of text.replaceAll('\t', '  ').split(/\r?\n/)) {
    let line = ''
    for (const word of paragraph.split(' ')) {
      const longer = line === '' ? word : `${line} ${word}`
      if (measure(longer) <= width) {
        line = longer
        continue
      }
      if (line !== '') lines.push(line)
      line = word
      while (measure(line) > width && line.length > 1) {
        let cut = Math.max(1, Math.floor((line.length * width) / measure(line)))
        while (cut > 1 && measure(line.slice(0, cut)) > width) cut -= 1
        lines.push(line.slice(0, cut))
        line = line.slice(cut)
      }
    }
    lines.push(line)
    if (lines.length > MOST_LINES) {
      lines.length = MOST_LINES
      lines[MOST_LINES - 1] = `${lines[MOST_LINES - 1] ?? ''}…`
      break
    }
  }
  return lines
}

/** Lines of a text, roughly: for whoever cannot measure. */
function roughLines(text: string): number {
  const letters = Math.floor(CARD_WIDTH / LETTER)
  let lines = 0
  for (const line of text.split('\n').slice(0, MOST_LINES))
    lines += 1 + Math.floor(line.length / letters)
  return Math.min(MOST_LINES, Math.max(1, lines))
}

export const heightOf = (lines: number) => LINE * (lines + 1)

/** About how high a form is at scale 1, scene units; solids are 1. */
export function roughHeight(form: Form): number {
  switch (form.kind) {
    case 'text':
      return heightOf(roughLines(form.text))
    case 'answer':
      return heightOf(roughLines(form.text) + (form.question ? roughLines(form.question) + 1 : 0))
    case 'picture':
      return CARD_WIDTH / Math.min(20, Math.max(0.05, form.aspect || 1))
    default:
      return 1
  }
}
