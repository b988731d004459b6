/** Who the page talks to the box as: asked at the start, whenever the line breaks, and after each login. */
import { api, asError } from '../api/http'
import type { ErrorBody, Role, Scope, SessionState } from '../api/types'

const RANK: Record<Role, number> = { viewer: 0, user: 1, owner: 2 }

class Access {
  /** Not known until the box has answered once. */
  state = $state.raw<SessionState | null>(null)
  /** Why it is not known. */
  trouble = $state.raw<ErrorBody | null>(null)
  /** Somebody was inside before: the session has ended. */
  ended = $state(false)
  /** Told by whoever asks for the password once more. */
  #ask: (() => Promise<boolean>) | null = null

  get inside(): boolean {
    return this.state !== null && this.state.via !== 'none'
  }

  may(role: Role, scope: Scope): boolean {
    const s = this.state
    return s?.role !== undefined && RANK[s.role] >= RANK[role] && s.scopes.includes(scope)
  }

  /** May change the canvas: its objects and scenes, how it is calibrated, whether hands do things. */
  get edits(): boolean {
    return this.may('user', 'canvas')
  }

  /** May change what gestures do. */
  get binds(): boolean {
    return this.may('user', 'gestures')
  }

  /** May talk with models. */
  get chats(): boolean {
    return this.may('user', 'models')
  }

  /** May pause the camera. */
  get pauses(): boolean {
    return this.may('user', 'camera')
  }

  /** May choose the camera. */
  get choosesCamera(): boolean {
    return this.may('owner', 'camera')
  }

  async ask(): Promise<void> {
    try {
      this.took(await api.session())
    } catch (e) {
      this.trouble = asError(e)
    }
  }

  took(state: SessionState): void {
    if (this.inside && state.via === 'none') this.ended = true
    if (state.via !== 'none') this.ended = false
    this.trouble = null
    this.state = state
  }

  async logout(): Promise<void> {
    await api.logout()
    await this.ask()
    this.ended = false
  }

  /** Says how the password is asked for once more. */
  confirmBy(ask: () => Promise<boolean>): () => void {
    this.#ask = ask
    return () => (this.#ask = null)
  }

  /** Does something that the box may want the password for, and asks for it if so. */
  async confirmed<T>(job: () => Promise<T>): Promise<T> {
    try {
      return await job()
    } catch (e) {
      const again = asError(e).kind === 'confirm' && this.state?.via === 'session'
      if (!again || !(await this.#ask?.())) throw e
      return job()
    }
  }
}

export const access = new Access()
