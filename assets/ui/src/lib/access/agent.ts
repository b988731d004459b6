/** What a browser calls itself, in two words that a person knows. */

const BROWSERS: [RegExp, string][] = [
  [/Edg\//, 'Edge'],
  [/OPR\//, 'Opera'],
  [/Firefox\//, 'Firefox'],
  [/Chrome\/|Chromium\//, 'Chrome'],
  [/Safari\//, 'Safari'],
]
const SYSTEMS: [RegExp, string][] = [
  [/Android/, 'Android'],
  [/iPhone|iPad/, 'iOS'],
  [/Windows/, 'Windows'],
  [/Mac OS X/, 'macOS'],
  [/CrOS/, 'ChromeOS'],
  [/Linux/, 'Linux'],
]

export function browserOf(agent: string): { browser: string | null; system: string | null } {
  const of = (known: [RegExp, string][]) => known.find(([r]) => r.test(agent))?.[1] ?? null
  return { browser: of(BROWSERS), system: of(SYSTEMS) }
}
