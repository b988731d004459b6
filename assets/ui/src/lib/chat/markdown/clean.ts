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

/** Of a formula's styles: how far its parts are apart, and nothing that could reach beyond it. */
const APART = /^(?:text-align|padding(?:-left|-right|-top|-bottom)?|margin-(?:left|right)|width)$/
const PLAIN_VALUE = /^[\w.%\s-]{1,40}$/

/** MathML, which says how a formula looks and nothing else. */
export function cleanMath(mathml: string): DocumentFragment {
  const fragment = DOMPurify.sanitize(mathml, {
    USE_PROFILES: { mathMl: true },
    ADD_ATTR: ['class', 'displaystyle', 'scriptlevel', 'style'],
    FORBID_TAGS: ['annotation', 'annotation-xml'],
    FORBID_ATTR: ['href', 'xlink:href', 'id'],
    ALLOW_DATA_ATTR: false,
    ALLOW_ARIA_ATTR: false,
    RETURN_DOM_FRAGMENT: true,
  })
  for (const element of fragment.querySelectorAll('[style]')) {
    const kept = (element.getAttribute('style') ?? '').split(';').filter((declaration) => {
      const [name = '', value = ''] = declaration.split(':')
      return APART.test(name.trim()) && PLAIN_VALUE.test(value)
    })
    if (kept.length > 0) element.setAttribute('style', kept.join(';').trim())
    else element.removeAttribute('style')
  }
  return fragment
}
