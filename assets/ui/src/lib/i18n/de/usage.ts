import type { usage as en } from '../en/usage'
import { DE as f } from '../intl'

export const usage = {
  title: 'Wer welches Modell benutzt hat',
  back: 'Einstellungen',
  lead: 'Programme und Personen, deren Fragen über diese Box zu Ollama gingen, und was sie verbraucht haben. Was gefragt und geantwortet wurde, wird nicht aufbewahrt.',
  linkText: 'Welche Programme und Personen welches Sprachmodell benutzt haben, und wie viel.',
  span: 'Seit wann',
  spans: {
    day: 'die letzten 24 Stunden',
    week: 'die letzten 7 Tage',
    month: 'die letzten 30 Tage',
    all: 'alles, was aufbewahrt ist',
  },
  who: 'Wer',
  whoHint: 'Name',
  newer: 'Noch einmal nachsehen',
  asking: 'Die Box wird gefragt',
  none: 'In dieser Zeit hat niemand ein Modell benutzt.',
  sums: 'Summen nach Name und Modell',
  model: 'Modell',
  requests: 'Anfragen',
  prompt: 'Tokens gefragt',
  answer: 'Tokens geantwortet',
  time: 'Zeit',
  last: 'Zuletzt',
  failedOf: (n) => f.plural(n, { one: 'eine gescheitert', other: '# gescheitert' }),
  latest: 'Einzelne Anfragen, die neuesten zuerst',
  outcomes: {
    done: 'beantwortet',
    stopped: 'vom Fragenden abgebrochen',
    failed: 'gescheitert',
  },
  tokens: (asked, answered) => `${asked} Tokens gefragt, ${answered} geantwortet`,
  about: 'nach Stücken gezählt, da Ollama nichts sagte',
  took: (seconds) => `dauerte ${seconds} s`,
  first: (seconds) => `erstes Wort nach ${seconds} s`,
  more: 'Ältere zeigen',
  save: 'Als Datei speichern',
  csv: 'Tabelle (CSV)',
  json: 'JSON',
  lost: (n) =>
    f.plural(n, {
      one: 'Eine Anfrage konnte seit dem Start nicht aufgeschrieben werden: Die Festplatte war zu langsam oder voll.',
      other:
        '# Anfragen konnten seit dem Start nicht aufgeschrieben werden: Die Festplatte war zu langsam oder voll.',
    }),
} satisfies typeof en
