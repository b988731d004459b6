import { mount } from 'svelte'
import './app.css'
import Root from './Root.svelte'
import { i18n } from './lib/i18n/index.svelte'
import { access } from './lib/state/access.svelte'

const target = document.getElementById('app')
// In the reader's language from the first word on.
if (target) void Promise.all([i18n.start(), access.ask()]).then(() => mount(Root, { target }))
