// @vitest-environment jsdom
/** Answers as Markdown: what models say is shown, and never run. */
import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { Blocks, blocksOf } from '../../src/lib/chat/markdown/read'
import { show } from '../../src/lib/chat/markdown/show'

const OLLAMA = resolve(import.meta.dirname, '../../../../tests/ollama')
const HOSTILE = JSON.parse(readFileSync(join(OLLAMA, 'hostile.json'), 'utf8')) as string[]
const ANSWER = readFileSync(join(OLLAMA, 'answer.md'), 'utf8')
const WORDS = { copy: 'Copy', copied: 'Copied', code: (language: string) => `Code ${language}` }
/** The window that scripts of the page would run in. */
const inside = () =>
  (globalThis as unknown as { jsdom: { window: { hacked?: number } } }).jsdom.window
const hacked = () => inside().hacked

/** What is not on the page in any answer. */
const FORBIDDEN =
  'script, style, iframe, object, embed, base, link, meta, form, input, select, textarea, img, video, audio, source, svg, template, noscript, marquee, details, body, isindex, foreignObject'

let place: HTMLElement
beforeEach(() => {
  place = document.createElement('div')
  document.body.replaceChildren(place)
})

function put(blocks: string[]): void {
  place.replaceChildren()
  for (const html of blocks) {
    const element = document.createElement('div')
    place.append(element)
    show(element, html, WORDS)
  }
}

function check(what: string): void {
  const found = [...place.querySelectorAll(FORBIDDEN)].map((e) => e.outerHTML)
  expect(found, what).toEqual([])
  for (const element of place.querySelectorAll('*')) {
    for (const { name, value } of element.attributes) {
      expect(name, what).not.toMatch(/^on|srcdoc|formaction|xlink/i)
      // How far the parts of a formula are apart.
      if (name === 'style')
        expect(value, what).toMatch(/^(?:(?:padding|margin|text-align|width)[\w:. %-]*; ?)+$/)
      if (name === 'href') expect(value, what).toMatch(/^(https?:\/\/|mailto:)/)
    }
    if (element.tagName !== 'BUTTON') element.dispatchEvent(new Event('click', { bubbles: true }))
    for (const event of ['mouseover', 'focus', 'error', 'load', 'toggle', 'pointerenter'])
      element.dispatchEvent(new Event(event))
  }
  expect(hacked(), what).toBeUndefined()
}

describe('60 answers that try to run something', () => {
  it(
    'run nothing, whole, in pieces, and in whatever else may stand around them',
    { timeout: 60_000 },
    async () => {
      expect(HOSTILE).toHaveLength(60)
      const around = (words: string) => [
        words,
        `- ${words}`,
        `> ${words}`,
        `| a | b |\n| - | - |\n| ${words.replaceAll('\n', ' ')} | x |`,
        `**${words}**`,
        `$${words}$`,
        `$$\n${words}\n$$`,
        `\`\`\`html\n${words}\n\`\`\``,
        `[${words}](https://example.org)`,
        `[x](${words})`,
      ]
      for (const words of HOSTILE) {
        for (const text of around(words)) {
          put(blocksOf(text))
          check(text)
        }
        const growing = new Blocks()
        for (let n = 1; n < words.length; n += 11) {
          put(growing.take(words.slice(0, n), false))
          check(words.slice(0, n))
        }
      }
      // Formulas and colours come a moment later.
      for (const words of HOSTILE) {
        put(blocksOf(`${words}\n\n$$\n${words}\n$$\n\n$${words}$\n\n\`\`\`xml\n${words}\n\`\`\``))
        await vi.waitFor(() => {
          expect(place.querySelectorAll('.math:not(.set)').length).toBeLessThan(4)
        })
        await new Promise((done) => setTimeout(done, 2))
        check(words)
      }
      // A script that were on the page would run: this test can fail.
      const script = document.createElement('script')
      script.textContent = 'window.hacked = 1'
      document.body.append(script)
      expect(hacked()).toBe(1)
      delete inside().hacked
    },
  )

  it('are seen as words', () => {
    for (const words of HOSTILE.filter((w) => /^<(script|img|iframe|div|form)/.test(w))) {
      put(blocksOf(words))
      expect(place.textContent).toContain(words.slice(0, 12))
    }
  })
})

describe('an answer', () => {
  it('has headings, code, a table and formulas', async () => {
    put(blocksOf(ANSWER))
    expect(place.querySelector('h3')?.textContent).toBe('What lies on the table')
    expect(place.querySelector('strong')?.textContent).toBe('red cube')
    expect(place.querySelectorAll('.wide table tr')).toHaveLength(3)
    expect(place.querySelector('ol li')?.textContent).toBe('Point at one of them.')
    expect(place.querySelector('.code .bar span')?.textContent).toBe('rust')
    expect(place.querySelector('.code .copy')?.textContent).toBe('Copy')
    expect(place.querySelector('pre code')?.textContent).toContain('w * h // square metres')
    await vi.waitFor(() => {
      expect(place.querySelectorAll('.math.set math')).toHaveLength(2)
      expect(place.querySelector('pre .hljs-keyword')?.textContent).toBe('fn')
    })
    expect(place.querySelector('.math annotation')).toBeNull()
    check('answer.md')
  })

  it('is the same in the end however it came', () => {
    const whole = blocksOf(ANSWER)
    for (const step of [1, 7, 40]) {
      const growing = new Blocks()
      for (let n = 0; n < ANSWER.length; n += step) growing.take(ANSWER.slice(0, n), false)
      expect(growing.take(ANSWER, false)).toEqual(whole)
      expect(growing.take(ANSWER, true)).toEqual(whole)
    }
  })

  it('keeps the blocks that are finished', () => {
    const long = ANSWER.repeat(20)
    const growing = new Blocks()
    growing.take(long, false)
    const before = growing.take(`${long} and`, false)
    const after = growing.take(`${long} and more`, false)
    expect(after.slice(0, -2)).toEqual(before.slice(0, -2))
    expect(after.at(-1)).toContain('and more')
  })

  it('that begins anew is another', () => {
    const growing = new Blocks()
    growing.take('One\n\ntwo\n\nthree\n\nfour', false)
    expect(growing.take('Else', false)).toEqual(['<p>Else</p>\n'])
  })

  it('keeps lists together that go on after a blank line', () => {
    const text = '1. one\n\n2. two\n\n3. three\n\n4. four'
    const growing = new Blocks()
    for (let n = 0; n <= text.length; n++) growing.take(text.slice(0, n), false)
    expect(growing.take(text, false)).toHaveLength(1)
  })

  it('has links that leave the box in a way that tells nothing', () => {
    put(
      blocksOf('[a](https://example.org/x?y=1&z=2) <https://example.org> a@example.org [n](/etc)'),
    )
    const links = [...place.querySelectorAll('a')]
    expect(links.map((a) => a.href)).toEqual([
      'https://example.org/x?y=1&z=2',
      'https://example.org/',
      'mailto:a@example.org',
    ])
    for (const a of links) expect([a.target, a.rel]).toEqual(['_blank', 'noopener noreferrer'])
    expect(place.textContent).toContain('n')
  })

  it('fetches no picture: its words and where it is are enough', () => {
    put(blocksOf('![A cat](https://example.org/cat.png) ![](https://example.org/dog.png)'))
    expect(place.querySelector('img')).toBeNull()
    expect([...place.querySelectorAll('a')].map((a) => a.textContent)).toEqual([
      'A cat',
      'https://example.org/dog.png',
    ])
  })

  it('puts the parts of a formula where they belong, and itself nowhere else', async () => {
    put(blocksOf('$$\\begin{aligned} a &= b \\\\ c &= d \\end{aligned}$$'))
    await vi.waitFor(() => expect(place.querySelector('mtd')).not.toBeNull())
    expect(place.querySelector('mtd')?.getAttribute('style')).toContain('padding-left')
    const { cleanMath } = await import('../../src/lib/chat/markdown/clean')
    const far = cleanMath(
      '<math><mi style="position:fixed;inset:0;background:url(x);padding:1em">a</mi></math>',
    )
    expect(far.querySelector('mi')?.getAttribute('style')).toBe('padding:1em')
  })

  it('has headings one below the other, whatever the model counts from', () => {
    const text = '### a\n\nx\n\n# b\n\n###### c\n\ny\n\n## d\n\nz'
    const levels = (blocks: string[]) => blocks.join('').match(/<h\d/g)?.join('')
    expect(levels(blocksOf(text))).toBe('<h3<h3<h4<h4')
    const growing = new Blocks()
    for (let n = 0; n < text.length; n++) growing.take(text.slice(0, n), false)
    expect(growing.take(text, false)).toEqual(blocksOf(text))
  })

  it('takes prices for prices and formulas for formulas', () => {
    expect(blocksOf('It costs $5 or $10, and A$7')[0]).not.toContain('math')
    expect(blocksOf('$x$ and \\(y\\) and `$z$`')[0]?.match(/class="math"/g)).toHaveLength(2)
    expect(blocksOf('\\[\nx^2\n\\]')[0]).toBe('<div class="math">x^2</div>')
    expect(blocksOf('```\n$x$\n```')[0]).not.toContain('math')
  })

  it('shows HTML as it stands, but for plain signs', () => {
    put(blocksOf('a<br>b H<sub>2</sub>O <div class="x">c</div> 1 < 2 &amp; &nbsp;3 <b>d</b>'))
    expect(place.querySelector('br')).not.toBeNull()
    expect(place.querySelector('sub')?.textContent).toBe('2')
    expect(place.querySelector('b')?.textContent).toBe('d')
    expect(place.textContent).toContain('<div class="x">c</div> 1 < 2 & \u00a03')
  })
})
