/**
 * Everything that the palette offers: pages, the commands that make sense for a person, scenes, cameras,
 * the look of the page. Words are made when they are shown. Must not do anything by itself: each item
 * says what it does, and the palette has it done.
 */
import type { CameraChoice, CanvasState, Command, SceneInfo } from '../api/types'
import {
  COMMANDS,
  GROUPS,
  SOLIDS,
  commandsOf,
  type BindableName,
  type BoundCommand,
} from '../bindings/commands'
import { choiceName, commandName } from '../bindings/words'
import { score } from '../fuzzy'
import { i18n, LANGUAGES, type LanguageChoice } from '../i18n/index.svelte'
import { cameraName } from '../names'
import { PLACES, type Place } from '../route.svelte'
import { SHORTCUTS } from '../shortcuts'
import type { Theme } from '../state/prefs.svelte'

export type ItemGroup = keyof (typeof i18n)['t']['commands']['groups']

/** What an item does. */
export type Deed =
  | { type: 'go'; place: Place; rest?: string[] }
  | { type: 'open'; href: string }
  | { type: 'run'; command: Command }
  /** A command that wants to know more first. */
  | { type: 'ask'; command: BindableName }
  | { type: 'theme'; theme: Theme }
  | { type: 'language'; language: LanguageChoice }
  | { type: 'mirror' | 'cameras' | 'help' | 'welcome' }

export interface Item {
  id: string
  group: ItemGroup
  title: string
  /** More words to be found by. */
  also?: string
  keys?: string
  /** It is how things are now. */
  now?: boolean
  /** Why it cannot be done now. */
  not?: string | undefined
  deed: Deed
}

export interface Situation {
  canvas: CanvasState | null
  scenes: readonly SceneInfo[]
  cameras: readonly CameraChoice[]
  selectedCamera: string
  paused: boolean
  theme: Theme
  language: LanguageChoice
  may: Rights
}

/** What whoever is here may do. */
export interface Rights {
  edit: boolean
  pause: boolean
  chooseCamera: boolean
  own: boolean
  readLog: boolean
  chat: boolean
  seeModels: boolean
}

/** Only hands need these; and what has an item of its own below. */
const NOT_HERE: ReadonlySet<BindableName> = new Set([
  'grab',
  'draw',
  'lift_pen',
  'open_ring',
  'close_ring',
  'select',
  'open_scene',
  'pause_camera',
])
/** These mean the selection, and say nothing without one. */
const OF_SELECTION: ReadonlySet<BindableName> = new Set([
  'duplicate',
  'delete',
  'move',
  'rotate',
  'scale',
  'colour',
  'label',
  'write',
  'lock',
  'unlock',
  'group',
  'ungroup',
])
/** Their wire form names one object where a gesture's says nothing. */
const OF_ONE: ReadonlySet<string> = new Set(['label', 'write'])

const keyOf = (what: string) =>
  SHORTCUTS.find((s) => ('goes' in s.what ? s.what.goes : s.what.does) === what)?.shown

function pages(): Item[] {
  const t = i18n.t.commands
  const places: Item[] = PLACES.map((place) => {
    const keys = keyOf(place)
    return {
      id: `go-${place}`,
      group: 'pages',
      title: t.goTo(i18n.t.shell.place[place]),
      also: place,
      ...(keys ? { keys } : {}),
      deed: { type: 'go', place },
    }
  })
  return [
    ...places,
    {
      id: 'new-chat',
      group: 'pages',
      title: i18n.t.chat.newChat,
      also: 'chat ask talk new conversation',
      deed: { type: 'go', place: 'chat', rest: ['new'] },
    },
    {
      id: 'go-bindings',
      group: 'pages',
      title: t.goTo(t.bindings),
      also: 'bindings',
      deed: { type: 'go', place: 'gestures', rest: ['bindings'] },
    },
    {
      id: 'go-logs',
      group: 'pages',
      title: t.goTo(i18n.t.logs.title),
      also: 'log logs journal',
      deed: { type: 'go', place: 'status', rest: ['logs'] },
    },
    {
      id: 'go-calibration',
      group: 'pages',
      title: t.goTo(i18n.t.projector.calibration.title),
      also: 'calibration calibrate keystone',
      deed: { type: 'go', place: 'camera', rest: ['calibration'] },
    },
    {
      id: 'go-audit',
      group: 'pages',
      title: t.goTo(i18n.t.audit.title),
      also: 'audit log history protocol',
      deed: { type: 'go', place: 'settings', rest: ['audit'] },
    },
    {
      id: 'go-usage',
      group: 'pages',
      title: t.goTo(i18n.t.usage.title),
      also: 'usage ollama tokens models',
      deed: { type: 'go', place: 'settings', rest: ['usage'] },
    },
    {
      id: 'go-models',
      group: 'pages',
      title: t.goTo(i18n.t.models.title),
      also: 'models ollama llm pull load memory',
      deed: { type: 'go', place: 'settings', rest: ['models'] },
    },
    {
      id: 'go-projector',
      group: 'pages',
      title: t.goTo(t.projectorPage),
      also: 'projector',
      deed: { type: 'open', href: '/projector' },
    },
  ]
}

function boxCommands(s: Situation): Item[] {
  const t = i18n.t.commands
  const selected = (s.canvas?.selection.length ?? 0) > 0
  const made: Item[] = SOLIDS.map((kind) => ({
    id: `create-${kind}`,
    group: 'objects',
    title: `${commandName('create')}: ${choiceName(kind)}`,
    also: `create ${kind}`,
    deed: { type: 'run', command: { command: 'create', form: { kind } } },
  }))
  const nothing: Item = {
    id: 'select-nothing',
    group: 'selection',
    title: t.selectNothing,
    also: 'select none',
    deed: { type: 'run', command: { command: 'select', ids: [], add: false } },
  }
  const all = GROUPS.flatMap((group) =>
    commandsOf(group)
      .filter((name) => !NOT_HERE.has(name))
      .map((name): Item => {
        const asks = COMMANDS[name].arguments.length > 0
        return {
          id: name,
          group,
          title: commandName(name) + (asks ? ' …' : ''),
          also: name.replaceAll('_', ' '),
          not: OF_SELECTION.has(name) && !selected ? t.needsSelection : undefined,
          deed: asks
            ? { type: 'ask', command: name }
            : { type: 'run', command: completed({ command: name }, s.canvas) },
        }
      }),
  )
  return [...all, nothing, ...made]
}

function camera(s: Situation): Item[] {
  const t = i18n.t.commands
  const keys = keyOf('pause')
  return [
    {
      id: 'pause',
      group: 'camera',
      title: s.paused ? t.resumeCamera : t.pauseCamera,
      also: 'pause resume camera',
      ...(keys ? { keys } : {}),
      deed: { type: 'run', command: { command: s.paused ? 'resume_camera' : 'pause_camera' } },
    },
    { id: 'cameras', group: 'camera', title: t.chooseCamera, deed: { type: 'cameras' } },
    { id: 'mirror', group: 'camera', title: t.mirror, deed: { type: 'mirror' } },
    ...s.cameras
      .filter((c) => ['auto', 'v4l2', 'demo'].includes(c.kind))
      .map((c): Item => ({
        id: `camera-${c.source}`,
        group: 'camera',
        title: t.useCamera(c.kind === 'auto' ? i18n.t.camera.choose.auto : cameraName(c)),
        also: c.source,
        now: c.source === s.selectedCamera,
        deed: { type: 'run', command: { command: 'select_camera', source: c.source } },
      })),
  ]
}

function look(s: Situation): Item[] {
  const t = i18n.t.commands
  const themes: Theme[] = ['light', 'dark', 'system']
  const languages: LanguageChoice[] = [...LANGUAGES, 'auto']
  return [
    ...themes.map((theme): Item => ({
      id: `theme-${theme}`,
      group: 'look',
      title: t.useTheme(i18n.t.shell.themes[theme]),
      also: `theme ${theme}`,
      now: s.theme === theme,
      deed: { type: 'theme', theme },
    })),
    ...languages.map((language): Item => ({
      id: `language-${language}`,
      group: 'look',
      title: t.useLanguage(i18n.t.shell.languages[language]),
      also: `language sprache ${language}`,
      now: s.language === language,
      deed: { type: 'language', language },
    })),
    { id: 'help', group: 'look', title: t.help, keys: '?', deed: { type: 'help' } },
    {
      id: 'restart',
      group: 'look',
      title: i18n.t.settings.restartNow,
      also: 'restart reboot',
      deed: { type: 'run', command: { command: 'restart' } },
    },
    { id: 'welcome', group: 'look', title: t.welcome, deed: { type: 'welcome' } },
  ]
}

/** What the box would refuse is not offered. */
function offered(deed: Deed, may: Rights): boolean {
  switch (deed.type) {
    case 'run':
      switch (deed.command.command) {
        case 'pause_camera':
        case 'resume_camera':
          return may.pause
        case 'select_camera':
          return may.chooseCamera
        case 'restart':
          return may.own
        default:
          return may.edit
      }
    case 'ask':
      return may.edit
    case 'cameras':
      return may.chooseCamera
    case 'welcome':
      return may.own
    case 'go':
      if (deed.place === 'chat') return may.chat
      if (deed.rest?.[0] === 'logs') return may.readLog
      if (deed.rest?.[0] === 'models') return may.seeModels
      return deed.rest?.[0] !== 'audit' || may.own
    default:
      return true
  }
}

/** Everything there is to do now. */
export function allItems(s: Situation): Item[] {
  const scenes = s.scenes.map((scene): Item => ({
    id: `scene-${scene.id}`,
    group: 'scenes',
    title: i18n.t.commands.showScene(scene.name),
    also: 'scene',
    now: scene.id === s.canvas?.scene,
    deed: { type: 'run', command: { command: 'open_scene', scene: scene.id } },
  }))
  const all = [...pages(), ...boxCommands(s), ...scenes, ...camera(s), ...look(s)]
  return all.filter((item) => offered(item.deed, s.may))
}

/** Those that fit the query, best first; all in their groups' order where nothing is asked. */
export function found(items: readonly Item[], query: string): Item[] {
  const q = query.trim()
  if (q === '') return [...items]
  const scored = items.map((item) => {
    const title = score(q, item.title)
    return { item, points: title > 0 ? title + 50 : score(q, `${item.title} ${item.also ?? ''}`) }
  })
  return scored
    .filter((s) => s.points > 0)
    .sort((a, b) => b.points - a.points)
    .map((s) => s.item)
}

/** A command as a form has it, with what a hand would have added. */
export function completed(command: BoundCommand, canvas: CanvasState | null): Command {
  const id = canvas?.selection[0]
  // What is selected alone is what somebody asks about.
  if (command.command === 'ask' && canvas?.selection.length === 1)
    return { about: id, ...command } as Command
  return (OF_ONE.has(command.command) ? { id, ...command } : command) as Command
}
