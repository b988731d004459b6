/** The projector's page: the canvas alone, with nothing around it. */
import { mount } from 'svelte'
import './app.css'
import { i18n } from './lib/i18n/index.svelte'
import Projector from './routes/Projector.svelte'

const target = document.getElementById('app')
if (target) void i18n.start().then(() => mount(Projector, { target }))
