/** An answer as a card on the canvas, as much of it as a card takes. Pure. */
import type { Form } from '../api/types'

/** What the box takes (`src/canvas/document/check.rs`), characters. */
const MOST_ANSWER = 20_000
const MOST_QUESTION = 2_000

const first = (text: string, most: number) => {
  const letters = [...text]
  return letters.length <= most ? text : `${letters.slice(0, most - 1).join('')}…`
}

/** The form, and how many characters of the answer are on it if not all are. */
export function cardOf(answer: string, question: string): { form: Form; cut: number | null } {
  const text = first(answer, MOST_ANSWER)
  return {
    form: { kind: 'answer', text, question: first(question, MOST_QUESTION) },
    cut: text === answer ? null : MOST_ANSWER,
  }
}
