/** Objects in words, for whoever hears the page. */
import type { SceneObject } from '../../api/types'
import type { Words } from '../../i18n/index.svelte'
import { toCanvas } from '../geometry'

/** The name that people see: its label, or what it is and its number. */
export function nameOf(o: SceneObject, t: Words['canvas']): string {
  return o.label || `${t.kinds[o.form.kind] ?? o.form.kind} ${o.id}`
}

/** Where it is, roughly, as somebody would say it. */
export function placeInWords(o: SceneObject, t: Words['canvas']): string {
  const [x, y] = toCanvas(o.position) ?? [0.5, 0.5]
  const third = (v: number, names: readonly [string, string, string]) =>
    names[v < 0.36 ? 0 : v > 0.64 ? 2 : 1]
  const down = third(y, [t.say.top, t.say.centre, t.say.bottom])
  const across = third(x, [t.say.left, t.say.middle, t.say.right])
  const depth = o.position[2] > 2 ? t.say.front : o.position[2] < -2 ? t.say.back : ''
  return t.say.place(across, down, depth)
}

export function inWords(o: SceneObject, t: Words['canvas']): string {
  const extra = [
    o.locked ? t.objects.locked : '',
    o.group === undefined ? '' : t.objects.grouped(o.group),
  ]
  const name = nameOf(o, t)
  const kind = t.kinds[o.form.kind] ?? ''
  return t.say.object(
    name,
    name.startsWith(kind) ? '' : kind,
    placeInWords(o, t),
    extra.filter(Boolean).join(', '),
  )
}
