/** The box's HTTP API: JSON in, JSON out, and errors that say what, why and what to do. */
import { i18n } from '../i18n/index.svelte'
import type {
  AlertsView,
  AlertVia,
  AuditPage,
  AuditVerdict,
  BackupFile,
  BackupManifest,
  Binding,
  BroughtBackup,
  CameraChoice,
  Delivery,
  ErrorBody,
  FileView,
  FirstGoBack,
  GestureInfo,
  GoBack,
  HistorySpan,
  HistoryView,
  LogLevel,
  LogsView,
  ModelDetails,
  ModelsView,
  NewText,
  OllamaState,
  Outcome,
  NewPerson,
  NewToken,
  PersonView,
  Pull,
  Ready,
  Role,
  SceneList,
  SessionState,
  SessionView,
  Setting,
  Status,
  SettingValue,
  TokenMade,
  TokenView,
  Verdict,
  UsagePage,
  UsageSum,
} from './types'

/** A picture that was taken of a scene. */
export interface Photograph {
  id: number
  /** Its hash, for `/api/v1/pictures/`. */
  picture: string
  who: string
  /** RFC 3339 UTC. */
  taken_at: string
}

export class ApiError extends Error {
  constructor(readonly body: ErrorBody) {
    super(body.why ? `${body.what}: ${body.why}` : body.what)
    this.name = 'ApiError'
  }
}

const TIMEOUT_MS = 10_000
const UPLOAD_MS = 120_000
/** A gigabyte over a slow network, read and written. */
const BACKUP_MS = 1_800_000
/** Ollama may have to load a model, or to delete a large one. */
const MODEL_MS = 40_000
const GZIP = 'application/gzip'

/** Anything thrown, as an error that a person can read. */
export function asError(e: unknown): ErrorBody {
  if (e instanceof ApiError) return e.body
  return {
    kind: 'unavailable',
    what: i18n.t.shell.noAnswer,
    next: i18n.t.shell.noAnswerNext,
  }
}

/** Asks the box; for the parts of the API that stand in files of their own. */
export async function call<T>(
  method: string,
  path: string,
  body?: unknown,
  { ms = TIMEOUT_MS, headers = {} }: { ms?: number; headers?: Record<string, string> } = {},
): Promise<T> {
  const type: Record<string, string> =
    body === undefined ? {} : { 'content-type': 'application/json' }
  const answer = await fetch(path, {
    method,
    headers: { ...headers, ...type },
    body: body === undefined ? null : JSON.stringify(body),
    signal: AbortSignal.timeout(ms),
  })
  return read<T>(answer)
}

/** A file to the box, as it is; large ones take their time. */
export async function upload<T>(
  path: string,
  file: Blob,
  type: string,
  { ms = UPLOAD_MS, headers = {} }: { ms?: number; headers?: Record<string, string> } = {},
): Promise<T> {
  const answer = await fetch(path, {
    method: 'POST',
    headers: { ...headers, 'content-type': type },
    body: file,
    signal: AbortSignal.timeout(ms),
  })
  return read<T>(answer)
}

export async function read<T>(answer: Response): Promise<T> {
  const text = await answer.text()
  let json: unknown = null
  try {
    json = text === '' ? null : JSON.parse(text)
  } catch {
    // Not JSON: something between us and the box answered.
  }
  if (answer.ok) return json as T
  const error = (json as { error?: ErrorBody } | null)?.error
  throw new ApiError(error ?? { kind: 'internal', what: i18n.t.shell.boxAnswered(answer.status) })
}

/** Of whom, and since when. */
interface UsageWish {
  who?: string
  since?: string
}

/** What is set, as a query. */
export function queryOf(asked: object): string {
  const query = new URLSearchParams()
  for (const [name, value] of Object.entries(asked))
    if (value !== undefined && value !== '') query.set(name, String(value))
  return query.toString()
}

/** Where all of it is as a file. */
export const usageFile = (format: 'csv' | 'json', asked: UsageWish) =>
  `/api/v1/usage/export?${queryOf({ format, ...asked })}`

export const api = {
  session: () => call<SessionState>('GET', '/api/v1/session'),
  login: (name: string, password: string) =>
    call<SessionState>('POST', '/api/v1/login', { name, password }),
  setup: (token: string, name: string, password: string) =>
    call<SessionState>('POST', '/api/v1/setup', { token, name, password }),
  kiosk: (token: string) => call<SessionState>('POST', '/api/v1/kiosk', { token }),
  logout: () => call<null>('POST', '/api/v1/logout'),
  confirm: (password: string) => call<null>('POST', '/api/v1/session/confirm', { password }),
  setPassword: (before: string, password: string) =>
    call<null>('PUT', '/api/v1/password', { before, password }),
  people: () => call<PersonView[]>('GET', '/api/v1/accounts'),
  addPerson: (person: NewPerson) => call<{ id: number }>('POST', '/api/v1/accounts', person),
  changePerson: (id: number, change: { role?: Role; password?: string }) =>
    call<null>('PUT', `/api/v1/accounts/${id}`, change),
  removePerson: (id: number) => call<null>('DELETE', `/api/v1/accounts/${id}`),
  sessions: () => call<SessionView[]>('GET', '/api/v1/sessions'),
  endSession: (id: number) => call<null>('DELETE', `/api/v1/sessions/${id}`),
  tokens: () => call<TokenView[]>('GET', '/api/v1/tokens'),
  makeToken: (token: NewToken) => call<TokenMade>('POST', '/api/v1/tokens', token),
  revokeToken: (id: number) => call<null>('DELETE', `/api/v1/tokens/${id}`),
  gestures: () => call<GestureInfo[]>('GET', '/api/v1/gestures'),
  cameras: () => call<CameraChoice[]>('GET', '/api/v1/cameras'),
  ollama: () => call<OllamaState>('GET', '/api/v1/ollama'),
  status: () => call<Status>('GET', '/api/v1/status'),
  /** What was measured, as far as it came after that Unix time in milliseconds. */
  history: (span: HistorySpan, afterMs: number) =>
    call<HistoryView>('GET', `/api/v1/history?span=${span}&after_ms=${afterMs}`),
  settings: () => call<Setting[]>('GET', '/api/v1/settings'),
  putSetting: (key: string, value: SettingValue) =>
    call<Outcome>('PUT', `/api/v1/settings/${encodeURIComponent(key)}`, { value }),
  resetSetting: (key: string) =>
    call<Outcome>('DELETE', `/api/v1/settings/${encodeURIComponent(key)}`),
  selectCamera: (source: string) =>
    call<Outcome>('POST', '/api/v1/command', { command: 'select_camera', source }),
  pauseCamera: () => call<Outcome>('POST', '/api/v1/command', { command: 'pause_camera' }),
  resumeCamera: () => call<Outcome>('POST', '/api/v1/command', { command: 'resume_camera' }),
  watch: (on: boolean) => call<Outcome>('POST', '/api/v1/command', { command: 'watch', on }),
  configuration: () => call<FileView>('GET', '/api/v1/configuration'),
  putConfiguration: (text: NewText) => call<FileView>('PUT', '/api/v1/configuration', text),
  alerts: () => call<AlertsView>('GET', '/api/v1/alerts'),
  deliveries: () => call<Delivery[]>('GET', '/api/v1/alerts/deliveries'),
  testAlerts: () => call<{ to: AlertVia[] }>('POST', '/api/v1/alerts/test'),
  /** Lines of the log; an empty filter is none. */
  logs: (asked: {
    after: number
    level: LogLevel
    module: string
    text: string
    limit: number
  }) => {
    const query = new URLSearchParams()
    for (const [key, value] of Object.entries(asked))
      if (value !== '') query.set(key, String(value))
    return call<LogsView>('GET', `/api/v1/logs?${query}`)
  },
  backups: () => call<BackupFile[]>('GET', '/api/v1/backups'),
  makeBackup: () => call<BackupFile>('POST', '/api/v1/backups', undefined, { ms: BACKUP_MS }),
  restoreBackup: (name: string, how: GoBack) => {
    const path = `/api/v1/backups/${encodeURIComponent(name)}/restore`
    return call<BackupManifest>('POST', path, how, { ms: BACKUP_MS })
  },
  bringBackup: (file: Blob) =>
    upload<BroughtBackup>('/api/v1/backups/brought', file, GZIP, { ms: BACKUP_MS }),
  /** The same two with the first owner's link. */
  setupBackup: (link: string, file: Blob) =>
    upload<BroughtBackup>('/api/v1/setup/backup', file, GZIP, {
      ms: BACKUP_MS,
      headers: { 'dixi-setup': link },
    }),
  setupRestore: (link: string, how: FirstGoBack) =>
    call<BackupManifest>('POST', '/api/v1/setup/restore', how, {
      ms: BACKUP_MS,
      headers: { 'dixi-setup': link },
    }),
  /** Whether a backup may be fetched now; where it is, if so. Its first bytes are enough to know. */
  async backupUrl(name: string): Promise<string> {
    const url = `/api/v1/backups/${encodeURIComponent(name)}`
    const enough = new AbortController()
    const answer = await fetch(url, { signal: enough.signal })
    if (!answer.ok) await read<never>(answer)
    enough.abort()
    return url
  },
  /** Who did what, the newest first; `before` a line's number for the page after. */
  audit: (asked: { kind?: string; who?: string; before?: number }) => {
    const query = new URLSearchParams()
    for (const [name, value] of Object.entries(asked))
      if (value !== undefined && value !== '') query.set(name, String(value))
    return call<AuditPage>('GET', `/api/v1/audit?${query}`)
  },
  /** Who used which model, the newest first. */
  usage: (asked: UsageWish & { limit?: number; before?: number }) =>
    call<UsagePage>('GET', `/api/v1/usage?${queryOf(asked)}`),
  usageSums: (asked: UsageWish) => call<UsageSum[]>('GET', `/api/v1/usage/sums?${queryOf(asked)}`),
  models: () => call<ModelsView>('GET', '/api/v1/models'),
  model: (model: string) => call<ModelDetails>('GET', `/api/v1/models/show?${queryOf({ model })}`),
  /** Answers once it is there, or after 20 s, when it is still being loaded. */
  loadModel: (model: string, keep_alive: string) =>
    call<{ loaded: boolean }>(
      'POST',
      '/api/v1/models/load',
      { model, keep_alive },
      { ms: MODEL_MS },
    ),
  unloadModel: (model: string) =>
    call<null>('POST', '/api/v1/models/unload', { model }, { ms: MODEL_MS }),
  deleteModel: (model: string) =>
    call<null>('POST', '/api/v1/models/delete', { model }, { ms: MODEL_MS }),
  pulls: () => call<Pull[]>('GET', '/api/v1/models/pulls'),
  pull: (model: string) => call<Pull>('POST', '/api/v1/models/pulls', { model }),
  cancelPull: (id: number) => call<null>('POST', `/api/v1/models/pulls/${id}/cancel`),
  resumePull: (id: number) => call<Pull>('POST', `/api/v1/models/pulls/${id}/resume`),
  verifyAudit: () => call<AuditVerdict>('GET', '/api/v1/audit/verify'),
  restart: () => call<Outcome>('POST', '/api/v1/command', { command: 'restart' }),
  scenes: () => call<SceneList>('GET', '/api/v1/scenes'),
  importScene: (file: Blob) => upload<Outcome>('/api/v1/scenes', file, 'application/json'),
  photographs: (scene: number) => call<Photograph[]>('GET', `/api/v1/scenes/${scene}/photographs`),
  bindings: () => call<{ bindings: Binding[]; default: boolean }>('GET', '/api/v1/bindings'),
  verdicts: () => call<Verdict[]>('GET', '/api/v1/verdicts'),
  /** Health; a box that is down answers 503 with the same body. */
  async ready(): Promise<Ready> {
    const answer = await fetch('/api/health/ready', { signal: AbortSignal.timeout(TIMEOUT_MS) })
    return (await answer.json()) as Ready
  },
}
