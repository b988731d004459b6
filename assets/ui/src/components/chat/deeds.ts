/** What parts of the chat's page have it do. */
import type { ChatMessage } from '../../lib/chat/types'

export interface Deeds {
  again: (message: ChatMessage) => Promise<void>
  withoutThinking: (message: ChatMessage) => Promise<void>
  /** Asks another question in the place of this one. */
  askInstead: (message: ChatMessage, text: string) => Promise<boolean>
  version: (id: number) => Promise<void>
  copy: (message: ChatMessage) => Promise<void>
  toCanvas: (message: ChatMessage) => Promise<void>
  models: () => void
  chooseModel: () => void
  how: () => void
}
