/**
 * A conversation, and what is news of it, put together. Pure: gives another conversation, the same one
 * where the news changes nothing, or `null` where something is missing and it has to be read anew.
 */
import type { Chat, ChatMessage, ChatNews, More } from './types'

/** A text with more of it; null if what is between is missing. */
export function longer(text: string, more: More): string | null {
  if (more.from > text.length) return null
  return text + more.text.slice(text.length - more.from)
}

/** The same messages with this one in its place: what followed another version of it is gone. */
function said(messages: ChatMessage[], message: ChatMessage): ChatMessage[] | null {
  const here = messages.findIndex((m) => m.id === message.id)
  if (here >= 0) return messages.with(here, message)
  if (message.parent === null) return [message]
  const parent = messages.findIndex((m) => m.id === message.parent)
  return parent < 0 ? null : [...messages.slice(0, parent + 1), message]
}

function more(
  messages: ChatMessage[],
  news: Extract<ChatNews, { what: 'more' }>,
): ChatMessage[] | null {
  const here = messages.findIndex((m) => m.id === news.message)
  const message = messages[here]
  // Of a version that is not shown here, or of an answer that has ended: a late piece.
  if (!message || message.state !== 'coming') return messages
  const text = news.text ? longer(message.text, news.text) : message.text
  const thinking = news.thinking ? longer(message.thinking, news.thinking) : message.thinking
  if (text === null || thinking === null) return null
  const { waiting: before, ...rest } = message
  const waiting = news.waiting ?? (news.text || news.thinking ? undefined : before)
  if (text === message.text && thinking === message.thinking && waiting === before) return messages
  return messages.with(here, { ...rest, text, thinking, ...(waiting ? { waiting } : {}) })
}

/** The conversation after the news; null: read it anew. */
export function merge(chat: Chat, news: ChatNews): Chat | null {
  switch (news.what) {
    case 'changed': {
      if (news.chat.id !== chat.id) return chat
      const { title, pinned, model } = news.chat
      const seen = title !== chat.title || pinned !== chat.pinned
      const answers = news.chat.answering !== chat.answering
      // Nothing that the news tells is another: so it is what it does not tell, the branch or how.
      if (!seen && !answers && model === chat.model && news.chat.changed_at === chat.changed_at)
        return null
      if (model !== chat.model) return null
      return { ...chat, ...news.chat }
    }
    case 'removed':
      return chat
    case 'said':
    case 'ended': {
      if (news.chat !== chat.id) return chat
      if (news.what === 'ended' && !chat.messages.some((m) => m.id === news.message.id)) return chat
      const messages = said(chat.messages, news.message)
      return messages && { ...chat, messages }
    }
    case 'more': {
      if (news.chat !== chat.id) return chat
      const messages = more(chat.messages, news)
      return messages === chat.messages ? chat : messages && { ...chat, messages }
    }
    case 'missed':
      return null
  }
}

/** The answer that is coming, if one is. */
export const coming = (chat: Chat | null): ChatMessage | undefined =>
  chat?.messages.findLast((m) => m.state === 'coming')
