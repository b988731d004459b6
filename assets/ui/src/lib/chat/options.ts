/** The parameters of a model that a conversation may set, with what the box takes. Pure. */
import type { ModelOptions } from './types'

export type NumberOption = Exclude<keyof ModelOptions, 'stop'>

export interface Limits {
  least: number
  most: number
  step: number
}

export const OPTIONS: Record<NumberOption, Limits> = {
  temperature: { least: 0, most: 2, step: 0.1 },
  top_p: { least: 0, most: 1, step: 0.05 },
  top_k: { least: 1, most: 1000, step: 1 },
  min_p: { least: 0, most: 1, step: 0.05 },
  repeat_penalty: { least: 0, most: 2, step: 0.05 },
  seed: { least: 0, most: 4_294_967_295, step: 1 },
  num_ctx: { least: 256, most: 1_048_576, step: 256 },
  num_predict: { least: 1, most: 1_048_576, step: 1 },
}
export const OPTION_NAMES = Object.keys(OPTIONS) as NumberOption[]

/** Whether the box takes this number. */
export function fits(name: NumberOption, value: number): boolean {
  const { least, most, step } = OPTIONS[name]
  return (
    Number.isFinite(value) &&
    value >= least &&
    value <= most &&
    (step < 1 || Number.isInteger(value))
  )
}

/** The parameters with one of them another; without it where it is left empty. */
export function withOption(
  options: ModelOptions,
  name: NumberOption,
  value: number | undefined,
): ModelOptions {
  const others = Object.fromEntries(Object.entries(options).filter(([key]) => key !== name))
  return value === undefined ? others : { ...others, [name]: value }
}

/** The same with other words to stop at. */
export function withStops(options: ModelOptions, stop: string[]): ModelOptions {
  const changed = { ...options, stop }
  if (stop.length === 0) delete (changed as ModelOptions).stop
  return changed
}

/** Lines as words to stop at. */
export function stops(lines: string): string[] {
  return lines
    .split('\n')
    .filter((line) => line !== '')
    .slice(0, 8)
}
