/** What a browser must load before anything can be seen. Reads what `npm run build` made. */
import { existsSync, readFileSync } from 'node:fs'
import { gzipSync } from 'node:zlib'
import { expect, it } from 'vitest'

const DIST = new URL('../../dist/', import.meta.url)
const BUDGET = 350_000

const AT_ONCE = /(?:from|import)\s*"\.\/([\w.-]+\.js)"/g
const LATER = /import\(["`]\.\/([\w.-]+\.js)["`]\)/g

/** A script and all that it imports: at once only, or also what it loads later. */
function closure(entry: string, later = false, seen = new Set<string>()): Set<string> {
  if (seen.has(entry)) return seen
  seen.add(entry)
  const text = readFileSync(new URL(entry, DIST), 'utf8')
  for (const pattern of later ? [AT_ONCE, LATER] : [AT_ONCE])
    for (const m of text.matchAll(pattern)) closure(`assets/${m[1]}`, later, seen)
  return seen
}

const size = (files: Iterable<string>) =>
  [...files].reduce((n, f) => n + gzipSync(readFileSync(new URL(f, DIST))).length, 0)

const built = existsSync(new URL('index.html', DIST))
if (!built) console.log('SKIPPED: the page is not built, so its size is unknown: `npm run build`')

it.skipIf(!built).each(['index.html', 'projector.html'])(
  'the first script of %s, with all it needs and with the first page, is small enough',
  (page) => {
    const html = readFileSync(new URL(page, DIST), 'utf8')
    const entry = /<script type="module"[^>]*src="\/(assets\/[\w.-]+\.js)"/.exec(html)?.[1]
    expect(entry).toBeDefined()
    const first = closure(entry as string)
    const bytes = size(first)
    // The canvas is the first page: it and its whole stage are loaded right after, and count too.
    const canvas = [...readFileSync(new URL(entry as string, DIST), 'utf8').matchAll(LATER)]
      .map((m) => m[1] as string)
      .find((file) => file.startsWith('Canvas-'))
    expect(canvas !== undefined).toBe(page === 'index.html')
    const all = canvas ? size(closure(`assets/${canvas}`, true, new Set(first))) : bytes
    console.log(`${page}: ${bytes} bytes at once, ${all} with the first page (gzip)`)
    expect(bytes).toBeGreaterThan(5_000)
    expect(all).toBeLessThanOrEqual(BUDGET)
  },
)
