/**
 * Takes the photographs that the box asks for, on whichever page hears of it first: with the view that the
 * page shows, else with one out of sight. Loaded when one is wanted.
 */
import { i18n } from '../i18n/index.svelte'
import { access } from '../state/access.svelte'
import { toasts } from '../state/toast.svelte'
import { send } from './keep'
import { canvas } from './store.svelte'

const WIDTH = 1_920

export async function photograph(number: number, scene: number): Promise<void> {
  const may = access.may('user', 'canvas') || access.state?.via === 'kiosk'
  if (!may || document.visibilityState !== 'visible' || canvas.scene?.id !== scene) return
  try {
    const picture = await (canvas.paint ?? (await apart()))(WIDTH)
    if (!picture) return
    await send('POST', `/api/v1/photographs/${number}`, picture)
    toasts.say(i18n.t.canvas.say.photograph)
  } catch {
    // Another page was first, or this browser cannot draw.
  }
}

async function apart() {
  const { paintApart } = await import('../scenes/view')
  return paintApart
}
