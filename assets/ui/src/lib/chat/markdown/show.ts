/**
 * Puts a block of HTML on the page: cleaned, with links that open elsewhere, formulas as MathML, code with
 * its colours and a button to copy it. What is heavy (formulas, colours) is loaded when it is needed, and
 * put in when it is here.
 */
import { clean, cleanMath } from './clean'

/** What the code's bar says. */
export interface ShowWords {
  copy: string
  copied: string
  code: (language: string) => string
}

/** Longer code stays without colours: they would take longer than a frame. */
const MOST_COLOURED = 40_000
/** A code's button says that it was done for so long. */
const SAID_MS = 1_600

/** Fills an element with a block; what was in it goes. */
export function show(into: HTMLElement, html: string, words: ShowWords): void {
  const fragment = clean(html)
  for (const a of fragment.querySelectorAll('a')) {
    a.target = '_blank'
    a.rel = 'noopener noreferrer'
  }
  for (const table of fragment.querySelectorAll('table')) wrapTable(table)
  for (const pre of fragment.querySelectorAll('pre')) wrapCode(pre, words)
  const maths = [...fragment.querySelectorAll<HTMLElement>('.math')]
  into.replaceChildren(fragment)
  if (maths.length > 0) void typeset(maths)
}

/** A wide table is moved sideways by itself, not with the page. */
function wrapTable(table: HTMLTableElement): void {
  const box = document.createElement('div')
  box.className = 'wide'
  box.tabIndex = 0
  table.replaceWith(box)
  box.append(table)
}

function wrapCode(pre: HTMLPreElement, words: ShowWords): void {
  const code = pre.querySelector('code')
  const text = code?.textContent ?? pre.textContent ?? ''
  const language = /language-(\S+)/.exec(code?.className ?? '')?.[1] ?? ''
  const box = document.createElement('div')
  box.className = 'code'
  const bar = document.createElement('div')
  bar.className = 'bar'
  const name = document.createElement('span')
  name.textContent = language
  bar.append(name, copyButton(text, words))
  pre.tabIndex = 0
  pre.setAttribute('role', 'region')
  pre.setAttribute('aria-label', words.code(language))
  pre.replaceWith(box)
  box.append(bar, pre)
  if (code && language !== '' && text.length <= MOST_COLOURED) void colour(code, text, language)
}

function copyButton(text: string, words: ShowWords): HTMLButtonElement {
  const button = document.createElement('button')
  button.type = 'button'
  button.className = 'copy'
  button.textContent = words.copy
  button.addEventListener('click', () => {
    void copy(text).then((done) => {
      if (!done) return
      button.textContent = words.copied
      setTimeout(() => (button.textContent = words.copy), SAID_MS)
    })
  })
  return button
}

/** To the clipboard; over plain HTTP from another machine there is only the old way. */
export async function copy(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text)
    return true
  } catch {
    const field = document.createElement('textarea')
    field.value = text
    field.className = 'sr-only'
    const focused = document.activeElement as HTMLElement | null
    ;(document.querySelector('dialog[open]') ?? document.body).append(field)
    field.select()
    // Deprecated, and the only one there is here.
    const done = document.execCommand('copy')
    field.remove()
    focused?.focus()
    return done
  }
}

type Colours = typeof import('./highlight')
let colours: Promise<Colours> | null = null
let coloursNow: Colours | null = null

async function colour(code: HTMLElement, text: string, language: string): Promise<void> {
  // At once if it can be, so that code that is still being written does not flicker.
  const known = coloursNow ?? (coloursNow = await (colours ??= import('./highlight')))
  const html = known.coloured(text, language)
  if (html !== null) code.replaceChildren(clean(html))
}

type Formulas = typeof import('./formulas')
let formulas: Promise<Formulas> | null = null
let formulasNow: Formulas | null = null

async function typeset(elements: HTMLElement[]): Promise<void> {
  const known = formulasNow ?? (formulasNow = await (formulas ??= import('./formulas')))
  for (const element of elements) {
    const tex = element.textContent ?? ''
    try {
      element.replaceChildren(cleanMath(known.mathml(tex, element.tagName === 'DIV')))
      element.classList.add('set')
      // For whoever copies it, and for readers without MathML.
      element.title = tex
    } catch {
      // Not a formula that we can read: its words stay.
    }
  }
}
