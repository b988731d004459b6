/** The projector's page: the canvas alone, with nothing around it. `?output=` says which output it is. */
import { mount } from 'svelte'
import './app.css'
import { i18n } from './lib/i18n/index.svelte'
import Projector from './routes/Projector.svelte'

/** A name that the box takes; anything else is the output without a name. */
function outputName(search: string): string {
  const name = new URLSearchParams(search).get('output') ?? ''
  return /^[a-z0-9_-]{1,40}$/.test(name) ? name : 'main'
}

const target = document.getElementById('app')
if (target)
  void i18n
    .start()
    .then(() => mount(Projector, { target, props: { output: outputName(location.search) } }))
