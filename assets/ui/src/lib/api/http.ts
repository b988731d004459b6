/** The box's HTTP API: JSON in, JSON out, and errors that say what, why and what to do. */
import type {
  CameraChoice,
  ErrorBody,
  GestureInfo,
  Outcome,
  Ready,
  Setting,
  Status,
  SettingValue,
} from './types'

export class ApiError extends Error {
  constructor(readonly body: ErrorBody) {
    super(body.why ? `${body.what}: ${body.why}` : body.what)
    this.name = 'ApiError'
  }
}

const TIMEOUT_MS = 10_000

/** Anything thrown, as an error that a person can read. */
export function asError(e: unknown): ErrorBody {
  if (e instanceof ApiError) return e.body
  return {
    kind: 'unavailable',
    what: 'The box did not answer',
    next: 'Check that Dixi is running; this page tries again by itself.',
  }
}

async function call<T>(method: string, path: string, body?: unknown): Promise<T> {
  const answer = await fetch(path, {
    method,
    headers: body === undefined ? {} : { 'content-type': 'application/json' },
    body: body === undefined ? null : JSON.stringify(body),
    signal: AbortSignal.timeout(TIMEOUT_MS),
  })
  const text = await answer.text()
  let json: unknown = null
  try {
    json = text === '' ? null : JSON.parse(text)
  } catch {
    // Not JSON: something between us and the box answered.
  }
  if (answer.ok) return json as T
  const error = (json as { error?: ErrorBody } | null)?.error
  throw new ApiError(error ?? { kind: 'internal', what: `The box answered ${answer.status}` })
}

export const api = {
  gestures: () => call<GestureInfo[]>('GET', '/api/v1/gestures'),
  cameras: () => call<CameraChoice[]>('GET', '/api/v1/cameras'),
  status: () => call<Status>('GET', '/api/v1/status'),
  settings: () => call<Setting[]>('GET', '/api/v1/settings'),
  putSetting: (key: string, value: SettingValue) =>
    call<Outcome>('PUT', `/api/v1/settings/${encodeURIComponent(key)}`, { value }),
  resetSetting: (key: string) =>
    call<Outcome>('DELETE', `/api/v1/settings/${encodeURIComponent(key)}`),
  selectCamera: (source: string) =>
    call<Outcome>('POST', '/api/v1/command', { command: 'select_camera', source }),
  pauseCamera: () => call<Outcome>('POST', '/api/v1/command', { command: 'pause_camera' }),
  resumeCamera: () => call<Outcome>('POST', '/api/v1/command', { command: 'resume_camera' }),
  /** Health; a box that is down answers 503 with the same body. */
  async ready(): Promise<Ready> {
    const answer = await fetch('/api/health/ready', { signal: AbortSignal.timeout(TIMEOUT_MS) })
    return (await answer.json()) as Ready
  },
}
