/** What a person does about projectors from any page: open one, show the grid. */
import { canvas } from '../canvas/store.svelte'
import { i18n } from '../i18n/index.svelte'
import { toasts } from '../state/toast.svelte'
import { openProjector, projectorUrl } from './screens'

class Projector {
  /** The address to be opened by hand, where the browser kept the window from opening. */
  blocked = $state('')

  async open(output = 'main'): Promise<void> {
    const t = i18n.t.projector
    const opened = await openProjector(output)
    this.blocked = opened === 'blocked' ? projectorUrl(output) : ''
    if (opened === 'second') toasts.say(t.openedSecond)
    else if (opened === 'window') toasts.say(t.openedWindow)
    else toasts.complain(t.blocked, { link: this.blocked })
  }

  async showGrid(on: boolean): Promise<void> {
    try {
      await canvas.run({ command: 'show_grid', on })
    } catch (e) {
      toasts.trouble(e)
    }
  }
}

export const projector = new Projector()
