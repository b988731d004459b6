/** A line of the audit log in the words of whoever reads it. */
import { commandName } from '../bindings/words'
import type { AuditRow } from '../api/types'
import { i18n } from '../i18n/index.svelte'
import { sceneName } from '../bindings/words'
import { settingTexts } from '../settings/texts.svelte'

/** What can be asked for, and the kinds that belong to each. */
export const GROUPS = {
  all: [],
  door: [
    'login',
    'login_refused',
    'locked_out',
    'logout',
    'session_ended',
    'screen',
    'screen_refused',
  ],
  people: [
    'setup_link',
    'owner_claimed',
    'account_added',
    'account_changed',
    'password_changed',
    'account_removed',
    'token_made',
    'token_revoked',
  ],
  settings: ['setting', 'configuration', 'model_pulled', 'model_deleted'],
  canvas: ['command'],
  backups: ['backup_made', 'backup_fetched', 'backup_brought', 'restore_staged', 'restored'],
  box: ['started', 'stopped', 'emptied', 'audit_cut', 'audit_lost'],
} as const satisfies Record<keyof (typeof i18n)['t']['audit']['groups'], readonly string[]>

export type Group = keyof typeof GROUPS
export const GROUP_NAMES = Object.keys(GROUPS) as Group[]

/** Where a kind belongs; one that this page does not know is the box's. */
export function groupOf(kind: string): Exclude<Group, 'all'> {
  const of = GROUP_NAMES.find((g) => (GROUPS[g] as readonly string[]).includes(kind))
  return of === undefined || of === 'all' ? 'box' : of
}

/** Something that an owner should look at. */
export function isAlarming(kind: string): boolean {
  return ['login_refused', 'locked_out', 'screen_refused', 'audit_lost'].includes(kind)
}

/** "Added Ben". */
export function says(row: AuditRow): string {
  const t = i18n.t.audit
  const about =
    row.kind === 'command'
      ? (own(t.commands, row.subject) ?? commandName(row.subject))
      : row.kind === 'setting'
        ? settingTexts.label(row.subject)
        : row.subject
  return own(t.says, row.kind)?.(about) ?? [row.kind, about].filter(Boolean).join(': ')
}

/** Who it was. */
export function who(row: AuditRow): string {
  const t = i18n.t.audit
  if (row.who !== '') return row.who
  return row.via === 'box' ? t.theBox : t.nobody
}

/** What else a line tells, piece by piece. */
export function more(row: AuditRow): string[] {
  const t = i18n.t.audit
  const { details: d } = row
  const pieces: string[] = []
  if (d.reset === true) pieces.push(t.isDefault)
  else if (d.value !== undefined)
    pieces.push(t.value(typeof d.value === 'boolean' ? (d.value ? t.on : t.off) : String(d.value)))
  if (typeof d.role === 'string') {
    const roles: Record<string, string> = i18n.t.access.roles
    pieces.push(own(roles, d.role) ?? d.role)
  }
  if (typeof d.objects === 'number') pieces.push(t.objects(d.objects))
  if (typeof d.scene === 'number') pieces.push(t.scene(sceneName(d.scene)))
  if (typeof d.times === 'number') pieces.push(t.times(d.times))
  return pieces
}

/** By which way, and from where. */
export function way(row: AuditRow): string {
  const t = i18n.t.audit
  return [t.via[row.via], row.address === '' ? '' : t.from(row.address)].filter(Boolean).join(' ')
}

function own<T>(of: Record<string, T>, name: string): T | undefined {
  return Object.hasOwn(of, name) ? of[name] : undefined
}
