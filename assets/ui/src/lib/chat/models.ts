/** Which models can do what is asked of them. Pure. */
import type { Model } from './types'

const can = (model: Model, what: string) => model.capabilities.includes(what)

/** Talks; one of which nothing is known may. */
export const talks = (model: Model) => model.capabilities.length === 0 || can(model, 'completion')
export const sees = (model: Model) => can(model, 'vision')
export const thinks = (model: Model) => can(model, 'thinking')

/** Those that are offered for a question. */
export const offered = (models: readonly Model[], withPictures: boolean): Model[] =>
  models.filter((m) => talks(m) && (!withPictures || sees(m)))

/** Its name as people say it: `:latest` says nothing. */
export const shortName = (name: string) => name.replace(/:latest$/, '')
