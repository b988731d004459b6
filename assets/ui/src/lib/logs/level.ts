/** `log.level` as the logs page edits it: how much everywhere, and how much of single parts. Pure. */
import type { LogLevel } from '../api/types'

export const LEVELS: readonly LogLevel[] = ['error', 'warn', 'info', 'debug', 'trace']

export interface Told {
  everywhere: LogLevel
  parts: { module: string; level: LogLevel }[]
}

const isLevel = (word: string): word is LogLevel => LEVELS.some((l) => l === word)
const MODULE = /^[\w:]+$/

/** Null for what says more than that: spans, fields, `off`. */
export function parseTold(setting: string): Told | null {
  const told: Told = { everywhere: 'error', parts: [] }
  for (const piece of setting.split(',').map((p) => p.trim())) {
    if (piece === '') continue
    const [module = '', level, more] = piece.split('=')
    if (level === undefined && isLevel(module.toLowerCase()))
      told.everywhere = module.toLowerCase() as LogLevel
    else if (more === undefined && MODULE.test(module) && isLevel((level ?? '').toLowerCase()))
      told.parts.push({ module, level: (level ?? '').toLowerCase() as LogLevel })
    else return null
  }
  return told
}

export const toldText = (told: Told): string =>
  [told.everywhere, ...told.parts.map((p) => `${p.module}=${p.level}`)].join(',')

/** With this part set, or as before where that is no name of one. */
export function withPart(told: Told, module: string, level: LogLevel): Told {
  const name = module.trim()
  if (!MODULE.test(name)) return told
  const others = told.parts.filter((p) => p.module !== name)
  return { ...told, parts: [...others, { module: name, level }] }
}

export const withoutPart = (told: Told, module: string): Told => ({
  ...told,
  parts: told.parts.filter((p) => p.module !== module),
})
