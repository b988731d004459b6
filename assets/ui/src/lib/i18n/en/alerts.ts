import { EN as f } from '../intl'
import type { AlertEvent, AlertName, AlertVia, DeliveryOutcome } from '../../api/types'

const raised: Record<AlertName, string> = {
  camera_lost: 'The camera is lost',
  disk_low: 'The disk is nearly full',
  gpu_lost: 'The GPU is lost',
  ollama_down: 'Ollama does not answer',
  backup_failed: 'A backup failed',
  too_many_restarts: 'Dixi keeps starting again',
}
const vias: Record<AlertVia, string> = { webhook: 'webhook', ntfy: 'ntfy' }
const events: Record<AlertEvent, string> = { raised: 'raised', cleared: 'over', test: 'Test' }
const outcomes: Record<DeliveryOutcome, string> = {
  delivered: 'arrived',
  retrying: 'not yet',
  failed: 'did not arrive',
  superseded: 'overtaken by a newer one',
}

export const alerts = {
  title: 'Alerts',
  none: 'Nothing goes on that you would have to know.',
  nobody: 'Nobody else is told: neither a webhook nor ntfy is set.',
  set: 'Say who is told',
  change: 'Change who is told',
  goTo: (places: string) => `Told by ${places}.`,
  place: (via: string, host: string) => `${via} (${host})`,
  raised,
  since: (when: string) => `since ${when}`,
  next: 'What to do',
  past: 'Past alerts',
  noPast: 'There were none yet.',
  lasted: (from: string, time: string) => `${from}, for ${time}`,
  test: 'Send a test',
  testing: 'Sending',
  tested: 'A test is on its way; what came of it stands below.',
  sent: 'Sent lately',
  noSent: 'Nothing was sent yet.',
  what: (alert: string, event: string) => `${alert}: ${event}`,
  events,
  outcomes,
  vias,
  attempt: (n: number) => `attempt ${f.number(n)}`,
  again: (s: number) => `again in ${f.duration(s)}`,
  more: (n: number) => `Show all ${f.number(n)}`,
}
