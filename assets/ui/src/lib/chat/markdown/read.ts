/**
 * Markdown as models write it, as HTML of ours: one string a block (a paragraph, a list, a piece of code).
 * What looks like HTML in it is words, but for a few tags without attributes; a link is one only where it
 * leads to the web or to a mail. Must not touch the page: `show.ts` does, and cleans once more.
 */
import { Marked, type Token, type Tokens, type TokensList } from 'marked'

/** Tags that models use for what Markdown has no sign for. Nothing with an attribute. */
const PLAIN = /^<\/?(?:br|sub|sup|kbd|mark|b|i|em|strong|small|u|s|ins|del) ?\/?>/i
/** Where a link may lead. */
const LEADS = /^(?:https?:\/\/|mailto:)/i
/** `$a$`, not `$5 and $6`: no space within the signs, no digit behind them. */
const MATH = /^\$(?![\s$])((?:\\[^\n]|[^$\\\n])+?)(?<!\s)\$(?!\d)/
const MATH_ROUND = /^\\\(([^\n]+?)\\\)/
const MATH_WIDE = /^(?:\$\$([^$]+?)\$\$|\\\[([\s\S]+?)\\\])/
const MATH_BLOCK = /^ {0,3}(?:\$\$([\s\S]+?)\$\$|\\\[([\s\S]+?)\\\])[ \t]*(?:\n|$)/

/** Words as HTML; signs that are spelled out (`&nbsp;`) stay. */
export function escaped(text: string): string {
  return text
    .replace(/&(?!(?:#\d{1,7}|#x[\da-f]{1,6}|[a-z]\w{1,31});)/gi, '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;')
}

/** What is meant to be seen as it stands. */
const literal = (text: string) => escaped(text.replaceAll('&', '&amp;'))

function link(href: string, inner: string): string {
  // Signs within an address that browsers leave out could hide where it leads.
  // eslint-disable-next-line no-control-regex
  const to = href.replace(/[\u0000-\u0020]/g, '')
  return LEADS.test(to) && URL.canParse(to) ? `<a href="${literal(to)}">${inner}</a>` : inner
}

const math = (tex: string, wide: boolean) =>
  wide
    ? `<div class="math">${literal(tex.trim())}</div>`
    : `<span class="math">${literal(tex.trim())}</span>`

const marked = new Marked({
  gfm: true,
  tokenizer: {
    html: () => undefined,
    tag: () => undefined,
  },
  extensions: [
    {
      name: 'plain',
      level: 'inline',
      start: (src) => /<\/?[a-z]/i.exec(src)?.index,
      tokenizer(src) {
        const raw = PLAIN.exec(src)?.[0]
        return raw === undefined ? undefined : { type: 'plain', raw }
      },
      renderer: (token) => token.raw,
    },
    {
      name: 'math',
      level: 'inline',
      start: (src) => /\$|\\[([]/.exec(src)?.index,
      tokenizer(src) {
        const wide = MATH_WIDE.exec(src)
        const found = wide ?? MATH.exec(src) ?? MATH_ROUND.exec(src)
        if (!found) return undefined
        return { type: 'math', raw: found[0], tex: found[1] ?? found[2] ?? '', wide: wide !== null }
      },
      renderer: (token) => math(token.tex as string, false),
    },
    {
      name: 'mathBlock',
      level: 'block',
      start: (src) => /(?:^|\n) {0,3}(?:\$\$|\\\[)/.exec(src)?.index,
      tokenizer(src) {
        const found = MATH_BLOCK.exec(src)
        return found
          ? { type: 'mathBlock', raw: found[0], tex: found[1] ?? found[2] ?? '' }
          : undefined
      },
      renderer: (token) => math(token.tex as string, true),
    },
  ],
  renderer: {
    // Below the headings of the page.
    heading(token) {
      const { depth, tokens, level = Math.min(6, depth + 2) } = token as Ranked
      return `<h${level}>${this.parser.parseInline(tokens)}</h${level}>\n`
    },
    code({ text, lang }) {
      const language = /^[\w+#.-]{1,20}/.exec(lang ?? '')?.[0] ?? ''
      const named = language === '' ? '' : ` class="language-${literal(language.toLowerCase())}"`
      return `<pre><code${named}>${literal(text)}</code></pre>\n`
    },
    codespan: ({ text }) => `<code>${literal(text)}</code>`,
    text(token) {
      return 'tokens' in token && token.tokens
        ? this.parser.parseInline(token.tokens)
        : escaped(token.text)
    },
    html: ({ raw }) => literal(raw),
    link({ href, tokens }) {
      return link(href, this.parser.parseInline(tokens))
    },
    // Nothing is fetched from the network: what it shows, in words, and where it is.
    image: ({ href, text }) => link(href, escaped(text === '' ? href : text)),
    checkbox: ({ checked }) => (checked ? '☑ ' : '☐ '),
  },
})

/** A heading with its rank on the page. */
type Ranked = Tokens.Heading & { level?: number }
/** Above the first heading of an answer is one of the page, of this rank. */
const ABOVE = 2

/** Ranks headings so that none is left out between, whatever the model counts from. The last one's rank. */
function rank(tokens: Token[], above: number): number {
  for (const token of tokens) {
    if (token.type !== 'heading') continue
    const heading = token as Ranked
    heading.level = above = Math.min(heading.depth + 2, above + 1, 6)
  }
  return above
}

const htmlOf = (token: Token): string => marked.parser([token])

/** So many blocks at the end may still become others with the next words: a list goes on after a blank line. */
const OPEN = 2

/**
 * A text that grows: blocks that are finished are read once. `take` gives all blocks' HTML; the same
 * strings for what has not changed.
 */
export class Blocks {
  #settled: string[] = []
  /** How much of the text they are. */
  #read = ''
  #links: TokensList['links'] = {}
  #rank = ABOVE

  /** Reads the text as it is now; `whole` if it does not go on. */
  take(given: string, whole: boolean): string[] {
    const text = given.replace(/\r\n?/g, '\n')
    // What a link leads to may be said at the very end: then all of it is read once more.
    if (whole || !text.startsWith(this.#read)) this.#forget()
    const tokens = this.#lex(text.slice(this.#read.length))
    rank(tokens, this.#rank)
    const last = whole ? tokens.length : this.#settle(tokens)
    const rest = tokens.slice(whole ? 0 : last)
    return [...this.#settled, ...rest.map(htmlOf)].filter((html) => html.trim() !== '')
  }

  #forget(): void {
    this.#settled = []
    this.#read = ''
    this.#links = {}
    this.#rank = ABOVE
  }

  #lex(text: string): TokensList {
    const lexer = new marked.Lexer(marked.defaults)
    Object.assign(lexer.tokens.links, this.#links)
    const tokens = lexer.lex(text)
    this.#links = tokens.links
    return tokens
  }

  /** Keeps what nothing changes any more; where the rest begins. */
  #settle(tokens: Token[]): number {
    let open = OPEN
    let at = tokens.length
    while (at > 0 && open > 0) {
      at -= 1
      if (tokens[at]?.type !== 'space') open -= 1
    }
    this.#rank = rank(tokens.slice(0, at), this.#rank)
    for (const token of tokens.slice(0, at)) {
      this.#read += token.raw
      this.#settled.push(htmlOf(token))
    }
    return at
  }
}

/** Any text's blocks, once. */
export const blocksOf = (text: string): string[] => new Blocks().take(text, true)
