/** The projector's page: the canvas alone, with nothing around it. `?output=` says which output it is. */
import { mount } from 'svelte'
import './app.css'
import { api } from './lib/api/http'
import { i18n } from './lib/i18n/index.svelte'
import { access } from './lib/state/access.svelte'
import Projector from './routes/Projector.svelte'

/** A name that the box takes; anything else is the output without a name. */
function outputName(search: string): string {
  const name = new URLSearchParams(search).get('output') ?? ''
  return /^[a-z0-9_-]{1,40}$/.test(name) ? name : 'main'
}

/** A screen's link carries its token once; the browser keeps it as a cookie that no script reads. */
async function comeIn(): Promise<void> {
  const token = /^#kiosk=([A-Za-z0-9_-]{20,100})$/.exec(location.hash)?.[1]
  if (token === undefined) return access.ask()
  history.replaceState(null, '', location.pathname + location.search)
  try {
    access.took(await api.kiosk(token))
  } catch {
    // The link is not good any more; perhaps somebody is logged in here.
    await access.ask()
  }
}

const target = document.getElementById('app')
if (target)
  void Promise.all([i18n.start(), comeIn()]).then(() =>
    mount(Projector, { target, props: { output: outputName(location.search) } }),
  )
