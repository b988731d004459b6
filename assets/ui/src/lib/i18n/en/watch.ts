/** Watch mode: a model looks at the camera's picture again and again. */
import { EN as f } from '../intl'

export const watch = {
  title: 'Watch mode',
  words: {
    off: 'Nobody watches',
    waiting: 'A model watches',
    looking: 'A model is looking',
    blind: 'Watching: no picture',
    spent: 'Watching: enough for this hour',
    failing: 'Watching: no answer',
  },
  about: 'A model looks at the camera’s picture again and again and says what it sees.',
  looks: (looks: number, most: number) => `${f.number(looks)} of ${f.number(most)} looks this hour`,
  last: 'Last look',
  never: 'not yet',
  read: 'What it saw',
  stop: 'Stop watching',
  settings: 'Settings',
}
