/** What is in a backup, for people: the few counts that mean something to them. */
import type { BackupManifest } from './api/types'
import { i18n } from './i18n/index.svelte'

export function inBackup({ rows }: BackupManifest): string {
  return i18n.t.settings.backups.rows(rows.scene ?? 0, rows.object ?? 0, rows.picture ?? 0)
}
