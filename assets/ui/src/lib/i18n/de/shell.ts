import type { shell as en } from '../en/shell'

export const shell = {
  skip: 'Zum Inhalt',
  places: 'Seiten',
  place: {
    canvas: 'Leinwand',
    gestures: 'Gesten',
    camera: 'Kamera',
    scenes: 'Szenen',
    settings: 'Einstellungen',
    status: 'Status',
  },
  home: 'Dixi, Leinwand',
  loading: 'Wird geladen',
  pageFailed: 'Diese Seite ließ sich nicht laden',
  pageFailedNext:
    'Vielleicht wurde die Box aktualisiert, oder sie antwortet nicht. Lade die Seite neu.',
  reload: 'Neu laden',
  theme: (now: string) => `Farben: ${now}`,
  themes: { system: 'wie das Gerät', light: 'hell', dark: 'dunkel' },
  keyboard: 'Hilfe zur Tastatur',
  coming: 'Diese Seite entsteht gerade.',
} satisfies typeof en
