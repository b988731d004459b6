/**
 * The commands that a gesture may give, as forms: which arguments they take, and what is allowed in
 * each. Typed against the wire, so that a command that comes or goes is noticed by the compiler. What
 * a hand adds itself (`ids`, `id`, `position`, `at`) is no argument. The words are in the catalogue
 * `gestures`; the box has the last word on what is right.
 */
import type { Command } from '../api/types'

/** Commands that the box refuses in bindings: they need a person, or a hand gives them by itself. */
type NotForGestures =
  | 'select_camera'
  | 'resume_camera'
  | 'set_setting'
  | 'reset_setting'
  | 'restart'
  | 'place'
  | 'drag'
  | 'release'
  | 'let_back'
  | 'rename_scene'
  | 'set_binding'
  | 'remove_binding'
  | 'reset_bindings'
  | 'test_binding'
  | 'set_corners'
  | 'set_keystone'

export type BindableName = Exclude<Command['command'], NotForGestures>

export type ArgumentKind =
  | { type: 'number'; min: number; max: number; step: number; unit?: 'degrees' | 'times' | 'units' }
  | { type: 'words'; most: number; long?: boolean }
  | { type: 'choice'; of: readonly string[] }
  | { type: 'switch' }
  | { type: 'colour' }
  /** Three numbers: right, up, to the viewer. */
  | { type: 'vector'; min: number; max: number }
  /** One of the scenes in the list. */
  | { type: 'scene' }
  /** A solid, or a text card with its words. */
  | { type: 'form' }

export interface Argument {
  name: string
  kind: ArgumentKind
  /** It may be left out. */
  optional?: boolean
  /** What the form begins with. */
  first?: unknown
}

export type Group =
  'objects' | 'selection' | 'steps' | 'scenes' | 'tools' | 'model' | 'projector' | 'camera'
export const GROUPS: readonly Group[] = [
  'objects',
  'selection',
  'steps',
  'scenes',
  'tools',
  'model',
  'projector',
  'camera',
]

export interface CommandForm {
  group: Group
  arguments: readonly Argument[]
  /** It goes on as long as the gesture does. */
  lasting?: boolean
}

export const SOLIDS = ['box', 'sphere', 'cone', 'cylinder', 'torus', 'plane'] as const

const scene: Argument = { name: 'scene', kind: { type: 'scene' } }
const colour: Argument = { name: 'colour', kind: { type: 'colour' }, first: '#4be3b4' }
const output: Argument = { name: 'output', kind: { type: 'words', most: 40 }, optional: true }
const plain = (group: Group): CommandForm => ({ group, arguments: [] })

export const COMMANDS: Record<BindableName, CommandForm> = {
  create: {
    group: 'objects',
    arguments: [
      { name: 'form', kind: { type: 'form' }, optional: true },
      { ...colour, optional: true },
      { name: 'label', kind: { type: 'words', most: 200 }, optional: true },
    ],
  },
  duplicate: plain('objects'),
  delete: plain('objects'),
  clear: plain('objects'),
  move: {
    group: 'objects',
    arguments: [{ name: 'by', kind: { type: 'vector', min: -16, max: 16 }, first: [1, 0, 0] }],
  },
  rotate: {
    group: 'objects',
    arguments: [
      {
        name: 'degrees',
        kind: { type: 'number', min: -360, max: 360, step: 5, unit: 'degrees' },
        first: 30,
      },
      { name: 'axis', kind: { type: 'vector', min: -1, max: 1 }, optional: true },
    ],
  },
  scale: {
    group: 'objects',
    arguments: [
      {
        name: 'factor',
        kind: { type: 'number', min: 0.01, max: 100, step: 0.05, unit: 'times' },
        first: 1.25,
      },
    ],
  },
  colour: { group: 'objects', arguments: [colour] },
  label: {
    group: 'objects',
    arguments: [{ name: 'label', kind: { type: 'words', most: 200 }, first: '' }],
  },
  write: {
    group: 'objects',
    arguments: [{ name: 'text', kind: { type: 'words', most: 2000, long: true }, first: '' }],
  },
  lock: plain('objects'),
  unlock: plain('objects'),
  group: plain('objects'),
  ungroup: plain('objects'),

  grab: { ...plain('selection'), lasting: true },
  select: {
    group: 'selection',
    arguments: [{ name: 'add', kind: { type: 'switch' }, optional: true }],
  },
  select_all: plain('selection'),

  undo: plain('steps'),
  redo: plain('steps'),
  save: plain('steps'),
  revert: plain('steps'),
  approve: plain('steps'),
  reject: plain('steps'),

  next: plain('scenes'),
  previous: plain('scenes'),
  new_scene: {
    group: 'scenes',
    arguments: [{ name: 'name', kind: { type: 'words', most: 100 }, optional: true }],
  },
  open_scene: { group: 'scenes', arguments: [scene] },
  duplicate_scene: { group: 'scenes', arguments: [scene] },
  delete_scene: { group: 'scenes', arguments: [scene] },
  restore_scene: { group: 'scenes', arguments: [{ ...scene, optional: true }] },
  take_picture: plain('scenes'),

  set_mode: {
    group: 'tools',
    arguments: [{ name: 'mode', kind: { type: 'choice', of: ['shapes', 'draw'] }, first: 'draw' }],
  },
  set_tray: {
    group: 'tools',
    arguments: [
      { name: 'kind', kind: { type: 'choice', of: SOLIDS }, optional: true },
      { ...colour, optional: true },
      {
        name: 'pen_width',
        kind: { type: 'number', min: 0.01, max: 2, step: 0.01, unit: 'units' },
        optional: true,
      },
    ],
  },
  draw: { ...plain('tools'), lasting: true },
  lift_pen: plain('tools'),
  open_ring: plain('tools'),
  close_ring: plain('tools'),
  arm: plain('tools'),
  disarm: plain('tools'),

  ask: {
    group: 'model',
    arguments: [
      { name: 'text', kind: { type: 'words', most: 2000, long: true }, optional: true },
      { name: 'frame', kind: { type: 'switch' }, optional: true },
    ],
  },
  watch: {
    group: 'model',
    arguments: [{ name: 'on', kind: { type: 'switch' }, first: true }],
  },

  calibrate: {
    group: 'projector',
    arguments: [
      {
        name: 'method',
        kind: { type: 'choice', of: ['pointing', 'markers', 'corners'] },
        first: 'markers',
      },
      output,
    ],
  },
  cancel_calibration: plain('projector'),
  forget_calibration: { group: 'projector', arguments: [output] },
  show_grid: {
    group: 'projector',
    arguments: [{ name: 'on', kind: { type: 'switch' }, first: true }],
  },

  pause_camera: plain('camera'),
}

export const isBindable = (name: string): name is BindableName => Object.hasOwn(COMMANDS, name)

/** The commands of a group, in the table's order. */
export function commandsOf(group: Group): BindableName[] {
  return (Object.keys(COMMANDS) as BindableName[]).filter((n) => COMMANDS[n].group === group)
}

/** The command as a form begins with it. */
export function firstOf(name: BindableName, scenes: readonly number[] = []): BoundCommand {
  const command: BoundCommand = { command: name }
  for (const a of COMMANDS[name].arguments) {
    if (a.optional) continue
    if (a.kind.type === 'scene') command[a.name] = scenes[0] ?? 1
    else command[a.name] = structuredClone(a.first)
  }
  return command
}

/** A binding's command, as the box keeps it. */
export type BoundCommand = { command: string } & Record<string, unknown>

/** What is wrong with an argument: its name, and how; words are made of it where it is shown. */
export interface Wrong {
  name: string
  how:
    | { type: 'missing' }
    | { type: 'range'; min: number; max: number }
    | { type: 'long'; most: number }
    | { type: 'colour' }
    | { type: 'choice'; of: readonly string[] }
    | { type: 'other' }
}

function check(a: Argument, value: unknown): Wrong['how'] | null {
  const { kind } = a
  const inRange = (n: unknown, min: number, max: number) =>
    typeof n === 'number' && Number.isFinite(n) && n >= min && n <= max
  switch (kind.type) {
    case 'number':
      return inRange(value, kind.min, kind.max)
        ? null
        : { type: 'range', min: kind.min, max: kind.max }
    case 'vector': {
      const good =
        Array.isArray(value) &&
        value.length === 3 &&
        value.every((n) => inRange(n, kind.min, kind.max))
      return good ? null : { type: 'range', min: kind.min, max: kind.max }
    }
    case 'words':
      if (typeof value !== 'string') return { type: 'other' }
      return [...value].length > kind.most ? { type: 'long', most: kind.most } : null
    case 'choice':
      return kind.of.includes(value as string) ? null : { type: 'choice', of: kind.of }
    case 'switch':
      return typeof value === 'boolean' ? null : { type: 'other' }
    case 'colour':
      return typeof value === 'string' && /^#[0-9a-f]{6}$/i.test(value) ? null : { type: 'colour' }
    case 'scene':
      return Number.isSafeInteger(value) ? null : { type: 'other' }
    case 'form':
      return typeof value === 'object' && value !== null && 'kind' in value
        ? null
        : { type: 'other' }
  }
}

/** What is wrong with a command's arguments, as far as the page can tell. */
export function wrongIn(command: BoundCommand): Wrong[] {
  if (!isBindable(command.command)) return []
  return COMMANDS[command.command].arguments.flatMap((a): Wrong[] => {
    const value = command[a.name]
    if (value === undefined) return a.optional ? [] : [{ name: a.name, how: { type: 'missing' } }]
    const how = check(a, value)
    return how ? [{ name: a.name, how }] : []
  })
}

/** Text that somebody wrote as a command; null where it is none. */
export function parseCommand(text: string): BoundCommand | null {
  try {
    const value: unknown = JSON.parse(text)
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return null
    return typeof (value as BoundCommand).command === 'string' ? (value as BoundCommand) : null
  } catch {
    return null
  }
}
