import type { watch as en } from '../en/watch'
import { DE as f } from '../intl'

export const watch = {
  title: 'Zusehen',
  words: {
    off: 'Niemand sieht zu',
    waiting: 'Ein Modell sieht zu',
    looking: 'Ein Modell sieht gerade hin',
    blind: 'Zusehen: kein Bild',
    spent: 'Zusehen: genug für diese Stunde',
    failing: 'Zusehen: keine Antwort',
  },
  about: 'Ein Modell sieht sich immer wieder das Bild der Kamera an und sagt, was es sieht.',
  looks: (looks: number, most: number) =>
    `${f.number(looks)} von ${f.number(most)} Blicken in dieser Stunde`,
  last: 'Letzter Blick',
  never: 'noch keiner',
  read: 'Was es gesehen hat',
  stop: 'Nicht mehr zusehen',
  settings: 'Einstellungen',
} satisfies typeof en
