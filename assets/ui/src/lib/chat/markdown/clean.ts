/**
 * The second wall: whatever the Markdown or the formulas were made into, only harmless elements with
 * harmless attributes come out. Knows nothing of Markdown.
 */
import DOMPurify from 'dompurify'

const TAGS = [
  ...['p', 'br', 'hr', 'h3', 'h4', 'h5', 'h6', 'blockquote', 'ul', 'ol', 'li', 'pre', 'code', 'a'],
  ...['strong', 'em', 'b', 'i', 'u', 's', 'del', 'ins', 'sub', 'sup', 'kbd', 'mark', 'small'],
  ...['table', 'thead', 'tbody', 'tr', 'th', 'td', 'div', 'span'],
]
const ATTRIBUTES = ['href', 'class', 'start', 'align']

/** HTML as elements that nothing can come of. */
export function clean(html: string): DocumentFragment {
  return DOMPurify.sanitize(html, {
    ALLOWED_TAGS: TAGS,
    ALLOWED_ATTR: ATTRIBUTES,
    ALLOWED_URI_REGEXP: /^(?:https?:\/\/|mailto:)/i,
    ALLOW_DATA_ATTR: false,
    ALLOW_ARIA_ATTR: false,
    SANITIZE_DOM: true,
    RETURN_DOM_FRAGMENT: true,
  })
}

/** MathML, which says how a formula looks and nothing else. */
export function cleanMath(mathml: string): DocumentFragment {
  return DOMPurify.sanitize(mathml, {
    USE_PROFILES: { mathMl: true },
    ADD_ATTR: ['class', 'displaystyle', 'scriptlevel'],
    FORBID_TAGS: ['annotation', 'annotation-xml', 'mtext-html'],
    FORBID_ATTR: ['href', 'xlink:href', 'style', 'id'],
    ALLOW_DATA_ATTR: false,
    ALLOW_ARIA_ATTR: false,
    RETURN_DOM_FRAGMENT: true,
  })
}
