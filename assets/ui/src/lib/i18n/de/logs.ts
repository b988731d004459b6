import type { LogLevel } from '../../api/types'
import type { logs as en } from '../en/logs'
import { DE as f } from '../intl'

export const logs = {
  title: 'Meldungen',
  back: 'Status',
  open: 'Meldungen öffnen',
  text: 'Die letzten Zeilen von dem, was die Box über ihre Arbeit meldet. Sie liegen in ihrem Arbeitsspeicher und enden mit einem Neustart; das Journal oder die Dateien bewahren mehr auf.',
  filters: 'Was gezeigt wird',
  level: 'Mindestens',
  levels: {
    error: 'Fehler',
    warn: 'Warnungen',
    info: 'Hinweise',
    debug: 'Einzelheiten',
    trace: 'alles',
  } satisfies Record<LogLevel, string>,
  module: 'Teil',
  allModules: 'alle Teile',
  search: 'Zeilen durchsuchen',
  searchShort: 'Suchen',
  live: 'Mitlaufen',
  paused: 'Angehalten; neue Zeilen warten.',
  copy: 'Kopieren',
  copied: 'Kopiert.',
  copyFailed: 'Der Browser hat das Kopieren nicht erlaubt.',
  download: 'Als Datei speichern',
  lines: 'Zeilen der Meldungen',
  count: (n: number) =>
    f.plural(n, { zero: 'keine Zeile passt', one: 'eine Zeile', other: '# Zeilen' }),
  missed: (n: number) =>
    f.plural(n, {
      one: 'Eine Zeile war weg, bevor sie gezeigt werden konnte.',
      other: '# Zeilen waren weg, bevor sie gezeigt werden konnten.',
    }),
  none: 'Keine Zeile passt.',
  asking: 'Die Box wird gefragt',
  told: 'Was gemeldet wird',
  toldText: 'Gilt sofort, auch für das Journal und die Dateien. Mehr Zeilen brauchen mehr Platz.',
  everywhere: 'Überall',
  ofPart: 'Teil',
  ofPartHint: 'zum Beispiel dixi::camera',
  add: 'Für diesen Teil setzen',
  remove: (module: string) => `Nicht mehr eigens: ${module}`,
  howMuch: (module: string) => `Wie viel ${module} meldet`,
  own: 'Diese Einstellung sagt mehr, als diese Seite zeigen kann: Ändere sie unter Einstellungen.',
  locked: (by: string) => `Festgelegt durch ${by}.`,
} satisfies typeof en
