/** What the box offers for conversations, presets and models. */
import { call, queryOf, read, upload } from '../api/http'
import type {
  Asked,
  Asking,
  Chat,
  ChatFound,
  ChatInfo,
  ChatList,
  ChatMessage,
  ContextWish,
  How,
  Preset,
  Preview,
} from './types'

const CHATS = '/api/v1/chats'
/** A question with pictures over a slow network. */
const ASK_MS = 60_000
const FRAME_MS = 15_000

export const chatFile = (id: number, as: 'json' | 'markdown') => `${CHATS}/${id}/file?as=${as}`
export const allChatsFile = `${CHATS}/export`
export const pictureUrl = (chat: number, message: number, n: number) =>
  `${CHATS}/${chat}/messages/${message}/pictures/${n}`

export const chatApi = {
  list: (after?: string) => call<ChatList>('GET', `${CHATS}?${queryOf({ after, limit: 50 })}`),
  begin: (body: { title?: string; how?: How }) => call<ChatInfo>('POST', CHATS, body),
  search: (text: string) =>
    call<{ found: ChatFound[] }>('GET', `${CHATS}/search?${queryOf({ text, limit: 50 })}`),
  import: (file: Blob) =>
    upload<{ chats: number; messages: number }>(
      `${CHATS}/import`,
      file,
      file.type || 'application/octet-stream',
    ),
  preview: (body: { text: string; system: string; context: ContextWish }) =>
    call<Preview>('POST', `${CHATS}/preview`, body),
  chat: (id: number) => call<Chat>('GET', `${CHATS}/${id}`),
  change: (id: number, change: { title?: string; pinned?: boolean; how?: How; shown?: number }) =>
    call<ChatInfo>('PUT', `${CHATS}/${id}`, change),
  remove: (id: number) => call<null>('DELETE', `${CHATS}/${id}`),
  ask: (id: number, asking: Asking) =>
    call<Asked>('POST', `${CHATS}/${id}/messages`, asking, { ms: ASK_MS }),
  again: (id: number, message: number, model?: string) =>
    call<ChatMessage>(
      'POST',
      `${CHATS}/${id}/messages/${message}/again`,
      model === undefined ? {} : { model },
    ),
  stop: (id: number, message: number) =>
    call<null>('POST', `${CHATS}/${id}/messages/${message}/stop`),
  presets: () => call<Preset[]>('GET', '/api/v1/presets'),
  addPreset: (preset: Omit<Preset, 'id'>) => call<Preset>('POST', '/api/v1/presets', preset),
  putPreset: ({ id, ...preset }: Preset) => call<Preset>('PUT', `/api/v1/presets/${id}`, preset),
  removePreset: (id: number) => call<null>('DELETE', `/api/v1/presets/${id}`),
  /** The camera's clean picture of now. */
  async frame(): Promise<Blob> {
    const answer = await fetch('/api/v1/camera/frame', { signal: AbortSignal.timeout(FRAME_MS) })
    if (!answer.ok) await read<never>(answer)
    return answer.blob()
  },
}
