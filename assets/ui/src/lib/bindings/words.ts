/** Bindings and verdicts in the words of whoever reads them. */
import { refusalWords } from '../api/told'
import type { Binding, Verdict } from '../api/types'
import { i18n } from '../i18n/index.svelte'
import { sceneList } from '../scenes/list.svelte'
import { COMMANDS, isBindable, type Argument, type BoundCommand, type Wrong } from './commands'

/** `rotate` is "Turn"; a command that we do not know keeps its name. */
export function commandName(name: string): string {
  const does: Record<string, string> = i18n.t.gestures.does
  return (Object.hasOwn(does, name) ? does[name] : undefined) ?? name
}

export function argumentName(name: string): string {
  const args: Record<string, string> = i18n.t.gestures.args
  return (Object.hasOwn(args, name) ? args[name] : undefined) ?? name
}

export function choiceName(name: string): string {
  const choices: Record<string, string> = i18n.t.gestures.choices
  return (Object.hasOwn(choices, name) ? choices[name] : undefined) ?? name
}

export function sceneName(id: number): string {
  return sceneList.find(id)?.name ?? i18n.t.gestures.sceneNumber(id)
}

function argumentWords(a: Argument, value: unknown): string {
  const { kind } = a
  switch (kind.type) {
    case 'number':
      return `${i18n.f.number(Number(value), 2)}${kind.unit === undefined ? '' : kind.unit === 'units' ? ` ${i18n.t.gestures.units.units}` : i18n.t.gestures.units[kind.unit]}`
    case 'vector':
      return Array.isArray(value) ? value.map((n) => i18n.f.number(Number(n), 2)).join(' / ') : ''
    case 'choice':
      return choiceName(String(value))
    case 'switch':
      return value === true ? argumentName(a.name) : i18n.t.gestures.off
    case 'scene':
      return sceneName(Number(value))
    case 'form': {
      const form = value as { kind?: string; text?: string }
      return form.text === undefined ? choiceName(form.kind ?? '') : `“${form.text}”`
    }
    default:
      return String(value)
  }
}

/** What the command's arguments say, shortly; empty where it has none. */
export function argumentsWords(command: BoundCommand): string {
  if (!isBindable(command.command)) return ''
  return COMMANDS[command.command].arguments
    .filter((a) => command[a.name] !== undefined && command[a.name] !== '')
    .map((a) => argumentWords(a, command[a.name]))
    .join(', ')
}

/** "Turn, 30°". */
export function commandWords(command: BoundCommand): string {
  return [commandName(command.command), argumentsWords(command)].filter(Boolean).join(', ')
}

export function wrongWords(wrong: Wrong): string {
  const t = i18n.t.gestures.wrong
  const { how } = wrong
  switch (how.type) {
    case 'range':
      return t.range(how.min, how.max)
    case 'long':
      return t.long(how.most)
    case 'choice':
      return t.choice(i18n.f.list(how.of.map(choiceName), 'disjunction'))
    default:
      return t[how.type]
  }
}

const POINTING = new Set(['point', 'pointing_up'])
const TWO_HANDS = new Set(['zoom_in', 'zoom_out', 'rotate_clockwise', 'rotate_counterclockwise'])

/** Why a gesture did or did not do something. */
export function verdictWords(v: Verdict, bindings: readonly Binding[] = []): string {
  const t = i18n.t.gestures.verdicts
  const binding = bindings.find((b) => b.id === v.binding)
  const command = binding
    ? commandWords(binding.command)
    : v.command === undefined
      ? ''
      : commandName(v.command)
  const [had, needs] = [v.had_ms ?? 0, v.needs_ms ?? 0]
  switch (v.verdict) {
    case 'fired':
      return v.had_ms === undefined ? t.fired(command) : t.firedAfter(command, had)
    case 'dry_run':
    case 'switched_off':
      return t[v.verdict](command)
    case 'not_bound':
      if (POINTING.has(v.gesture)) return t.not_bound_pointing
      return TWO_HANDS.has(v.gesture) ? t.not_bound_two_hands : t.not_bound
    case 'other_hand':
      return t.other_hand(i18n.t.gestures.hands[v.meant_hand ?? 'any'])
    case 'other_mode':
      return v.meant_mode ? t.other_mode(i18n.t.gestures.modes[v.meant_mode]) : v.text
    case 'too_short':
    case 'cooling_down':
    case 'not_released':
      return t[v.verdict](had, needs)
    case 'refused':
      // Without a code the box's English words have to do: they name the command themselves.
      return v.refusal
        ? t.refused(command, refusalWords(v.refusal) ?? v.text)
        : t.refused(command, v.text.replace(/^[^:]*: /, ''))
    case 'not_armed':
      return t.not_armed
    case 'demo_shows':
      return t.demo_shows
    case 'demo_elsewhere':
      return t.demo_own
    case 'busy':
      return t.busy
    default:
      return v.text
  }
}

/** `left hand` as people say it. */
export function whoWords(who: string): string {
  const all: Record<string, string> = i18n.t.gestures.who
  return (Object.hasOwn(all, who) ? all[who] : undefined) ?? who
}
