import type { AlertEvent, AlertName, AlertVia, DeliveryOutcome } from '../../api/types'
import type { alerts as en } from '../en/alerts'
import { DE as f } from '../intl'

const raised: Record<AlertName, string> = {
  camera_lost: 'Die Kamera ist weg',
  disk_low: 'Die Platte ist fast voll',
  gpu_lost: 'Die GPU ist weg',
  ollama_down: 'Ollama antwortet nicht',
  backup_failed: 'Eine Sicherung ist misslungen',
  too_many_restarts: 'Dixi startet immer wieder neu',
}
const vias: Record<AlertVia, string> = { webhook: 'Webhook', ntfy: 'ntfy' }
const events: Record<AlertEvent, string> = {
  raised: 'begonnen',
  cleared: 'vorbei',
  test: 'Test',
}
const outcomes: Record<DeliveryOutcome, string> = {
  delivered: 'angekommen',
  retrying: 'noch nicht',
  failed: 'nicht angekommen',
  superseded: 'von Neuerem überholt',
}

export const alerts = {
  title: 'Warnungen',
  none: 'Gerade gibt es nichts, was du wissen müsstest.',
  nobody: 'Sonst erfährt es niemand: Weder ein Webhook noch ntfy ist eingestellt.',
  set: 'Festlegen, wer es erfährt',
  change: 'Ändern, wer es erfährt',
  goTo: (places: string) => `Es erfährt: ${places}.`,
  place: (via: string, host: string) => `${via} (${host})`,
  raised,
  since: (when: string) => `seit ${when}`,
  next: 'Was zu tun ist',
  past: 'Frühere Warnungen',
  noPast: 'Bisher gab es keine.',
  lasted: (from: string, time: string) => `${from}, ${time} lang`,
  test: 'Test senden',
  testing: 'Wird gesendet',
  tested: 'Ein Test ist unterwegs; was daraus wurde, steht unten.',
  sent: 'Zuletzt gesendet',
  noSent: 'Noch wurde nichts gesendet.',
  what: (alert: string, event: string) => `${alert}: ${event}`,
  events,
  outcomes,
  vias,
  attempt: (n: number) => `${f.number(n)}. Versuch`,
  again: (s: number) => `noch einmal in ${f.duration(s)}`,
  more: (n: number) => `Alle ${f.number(n)} zeigen`,
} satisfies typeof en
