/**
 * Pictures that leave or enter the canvas: exports for the person, thumbnails and photographs for the box,
 * pictures that are put on cards. Talks to the box over HTTP; draws nothing itself.
 */
import { ApiError } from '../api/http'
import type { ErrorBody } from '../api/types'
import { access } from '../state/access.svelte'
import type { CanvasStore } from './store.svelte'
import type { CanvasView } from './view'

/** A scene that rests this long gets a new thumbnail. */
const REST_MS = 2_000
/** Pages do not all draw it at once: the first to be done is told of by the box. */
const JITTER_MS = 900
const THUMBNAIL_WIDTH = 480
const PNG_WIDTH = 2_560

export async function send(method: string, path: string, body: Blob): Promise<unknown> {
  const answer = await fetch(path, { method, body, headers: { 'content-type': body.type } })
  const text = await answer.text()
  if (answer.ok) return text === '' ? null : (JSON.parse(text) as unknown)
  let error: ErrorBody = { kind: 'internal', what: `The box answered ${answer.status}` }
  try {
    error = (JSON.parse(text) as { error: ErrorBody }).error
  } catch {
    // Something between us and the box answered.
  }
  throw new ApiError(error)
}

/** Puts a picture on the box; tells its hash and shape. */
export async function upload(file: Blob): Promise<{ picture: string; aspect: number }> {
  return (await send('POST', '/api/v1/pictures', file)) as { picture: string; aspect: number }
}

/** A name that every file system takes. */
export function fileName(scene: string, ending: string): string {
  const safe = [...scene.normalize('NFC')]
    .map((c) => (/[\p{L}\p{N} ._-]/u.test(c) ? c : '-'))
    .join('')
    .replace(/^[. -]+|[. -]+$/g, '')
  return `${safe || 'scene'}.${ending}`
}

/** Gives the person a file. */
export function download(blob: Blob, name: string): void {
  const a = document.createElement('a')
  a.href = URL.createObjectURL(blob)
  a.download = name
  a.click()
  setTimeout(() => URL.revokeObjectURL(a.href), 10_000)
}

/** Exports the scene; tells the file's name. */
export async function exportScene(
  store: CanvasStore,
  view: CanvasView | null,
  as: 'png' | 'glb' | 'gltf' | 'json',
): Promise<string> {
  const { scene } = store
  if (!scene) throw new Error('no scene')
  const name = fileName(scene.name, as)
  let blob: Blob | null
  if (as === 'json') {
    const answer = await fetch(`/api/v1/scenes/${scene.id}/file`)
    if (!answer.ok) throw new Error(`the box answered ${answer.status}`)
    blob = await answer.blob()
  } else if (as === 'png') blob = (await view?.stage?.picture(PNG_WIDTH)) ?? null
  else {
    const { model } = await import('./stage/model')
    blob = await model(scene.name, store.list, as)
  }
  if (!blob) throw new Error('nothing was drawn')
  download(blob, name)
  return name
}

/** Keeps the scene's thumbnail fresh while the page is open; returns how to stop. */
export function keepThumbnail(store: CanvasStore, view: CanvasView): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined
  let sent = ''
  const visible = () => document.visibilityState === 'visible' && view.stage && !view.stage.lost
  const thumbnail = async () => {
    // Whoever only looks keeps nothing.
    if (!access.may('user', 'canvas')) return
    const { scene } = store
    if (!scene || !visible() || store.held.length > 0) return
    const key = `${scene.id}/${scene.revision}`
    if (sent === key) return
    sent = key
    const picture = await view.stage?.picture(THUMBNAIL_WIDTH, 'image/jpeg', 0.85)
    if (!picture || store.scene?.revision !== scene.revision) return
    const path = `/api/v1/scenes/${scene.id}/thumbnail?revision=${scene.revision}`
    // A thumbnail that is not kept is made anew after the next change.
    await send('PUT', path, picture).catch(() => undefined)
  }
  /** One page of this browser is enough, where the browser can tell. */
  const alone = () => {
    if (navigator.locks)
      void navigator.locks.request('dixi.thumbnail', { ifAvailable: true }, (lock) =>
        lock ? thumbnail() : undefined,
      )
    else void thumbnail()
  }
  const later = () => {
    clearTimeout(timer)
    timer = setTimeout(alone, REST_MS + Math.random() * JITTER_MS)
  }
  const offs = [
    store.on('scene', (diff, step) => {
      if (step || diff.whole) later()
    }),
    () => clearTimeout(timer),
  ]
  return () => {
    for (const off of offs) off()
  }
}
