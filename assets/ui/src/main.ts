import { mount } from 'svelte'
import './app.css'
import App from './App.svelte'
import { i18n } from './lib/i18n/index.svelte'

const target = document.getElementById('app')
// In the reader's language from the first word on.
if (target) void i18n.start().then(() => mount(App, { target }))
