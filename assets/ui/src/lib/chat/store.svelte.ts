/**
 * The conversations as this page knows them: the list, the one that is open, and what can be done with
 * them. News comes from the box's live line, many pieces a second while an answer comes: they are put in
 * once a frame. Must not know how anything looks.
 */
import { api, asError } from '../api/http'
import type { ErrorBody } from '../api/types'
import { chatApi } from './api'
import { keepHabits, loadHabits } from './habits'
import { coming, merge } from './merge'
import type { Asking, Chat, ChatInfo, ChatMessage, ChatNews, How, Model, Preset } from './types'

/** A hidden page paints no frames; it takes what came this often. */
const HIDDEN_MS = 250
/** An answer that is coming and says nothing for so long is asked for. */
const SILENT_MS = 5_000

class Chats {
  list = $state.raw<ChatInfo[] | null>(null)
  /** Where the list goes on; none: that is all. */
  more = $state<string | undefined>()
  /** The conversation that is open; null: one that is not there yet. */
  open = $state.raw<Chat | null>(null)
  /** Which one is to be open. */
  wanted = $state<number | null>(null)
  /** Why the list could not be read. */
  listTrouble = $state.raw<ErrorBody | null>(null)
  /** Why the open one could not be read. */
  trouble = $state.raw<ErrorBody | null>(null)
  /** The one that was open has been deleted. */
  gone = $state(false)
  /** How the next new conversation is held. */
  draft = $state.raw<How>(loadHabits())
  models = $state.raw<Model[] | null>(null)
  presets = $state.raw<Preset[]>([])
  /** Counts what a page that is open should say aloud. */
  ended = $state.raw<ChatMessage | null>(null)
  /** A question is on its way to the box. */
  asking = $state(false)
  #waiting: ChatNews[] = []
  #frame = false
  #heardMs = 0
  /** Counts reads of the open one: what a later one replaces comes too late. */
  #read = 0
  #reading = false
  #listRead = 0
  #holding: Promise<unknown> = Promise.resolve()

  readonly coming = $derived(coming(this.open))
  readonly how = $derived<How>(this.open?.how ?? this.draft)

  /** Reads the list and the open conversation anew: the line was cut, or the page has just come. */
  refresh(): void {
    void this.readList()
    if (this.wanted !== null) void this.readOpen()
  }

  async readList(): Promise<void> {
    const read = ++this.#listRead
    try {
      const page = await chatApi.list()
      if (read !== this.#listRead) return
      this.list = page.chats
      this.more = page.more
      this.listTrouble = null
    } catch (e) {
      if (read === this.#listRead) this.listTrouble = asError(e)
    }
  }

  async readMore(): Promise<void> {
    if (this.more === undefined) return
    const read = ++this.#listRead
    const page = await chatApi.list(this.more)
    if (read !== this.#listRead) return
    const known = new Set(this.list?.map((c) => c.id))
    this.list = [...(this.list ?? []), ...page.chats.filter((c) => !known.has(c.id))]
    this.more = page.more
  }

  /** Opens a conversation; null: a new one. */
  show(id: number | null): void {
    if (this.wanted === id && (this.open?.id ?? null) === id) return
    this.wanted = id
    this.trouble = null
    this.gone = false
    if (id === null) {
      this.#read += 1
      this.#reading = false
      this.open = null
    } else if (this.open?.id !== id) {
      this.open = null
      void this.readOpen()
    }
  }

  async readOpen(): Promise<void> {
    const id = this.wanted
    if (id === null) return
    const read = ++this.#read
    this.#reading = true
    try {
      const chat = await chatApi.chat(id)
      if (read !== this.#read) return
      this.#reading = false
      this.#heardMs = performance.now()
      this.trouble = null
      this.#put(chat)
      this.#flush()
    } catch (e) {
      if (read !== this.#read) return
      this.#reading = false
      this.#waiting = []
      this.open = null
      this.trouble = asError(e)
    }
  }

  /** News from the box. */
  take(news: ChatNews): void {
    if (news.what === 'changed') this.#listed(news.chat)
    if (news.what === 'removed') this.#gone(news.id)
    if (news.what === 'missed') {
      this.refresh()
      return
    }
    const of = 'chat' in news ? (typeof news.chat === 'number' ? news.chat : news.chat.id) : news.id
    if (of !== this.wanted) return
    this.#heardMs = performance.now()
    this.#waiting.push(news)
    if (this.#reading || this.#frame) return
    if (news.what !== 'more') {
      this.#flush()
      return
    }
    this.#frame = true
    const paint = () => {
      this.#frame = false
      if (!this.#reading) this.#flush()
    }
    if (document.visibilityState === 'visible') requestAnimationFrame(paint)
    else setTimeout(paint, HIDDEN_MS)
  }

  /**
   * Asks for an answer that has gone silent, as the line may have lost its end, and for a list that could
   * not be read. Call it now and then.
   */
  watch(): void {
    if (this.list === null && this.listTrouble) void this.readList()
    if (this.coming && !this.#reading && performance.now() - this.#heardMs > SILENT_MS)
      void this.readOpen()
  }

  #flush(): void {
    const all = this.#waiting
    this.#waiting = []
    let chat = this.open
    for (const news of all) {
      if (!chat || chat.id !== this.wanted) return
      const after = merge(chat, news)
      if (after === null) {
        this.#put(chat)
        void this.readOpen()
        return
      }
      chat = after
      if (news.what === 'ended') this.ended = news.message
    }
    if (chat && chat !== this.open) this.#put(chat)
  }

  #put(chat: Chat): void {
    this.open = chat
    const { id } = chat
    const row = this.list?.find((c) => c.id === id)
    if (row && row.answering !== (coming(chat) !== undefined))
      this.list = (this.list ?? []).map((c) =>
        c.id === id ? { ...c, answering: coming(chat) !== undefined } : c,
      )
  }

  #listed(info: ChatInfo): void {
    if (!this.list) return
    const others = this.list.filter((c) => c.id !== info.id)
    this.list = [...others, info].sort(
      (a, b) =>
        Number(b.pinned) - Number(a.pinned) ||
        (a.changed_at < b.changed_at ? 1 : a.changed_at > b.changed_at ? -1 : b.id - a.id),
    )
  }

  #gone(id: number): void {
    this.list = this.list?.filter((c) => c.id !== id) ?? null
    if (this.wanted !== id) return
    this.open = null
    this.gone = true
  }

  /** Asks; begins the conversation if it is not there yet. Its number. */
  async ask(asking: Asking): Promise<number> {
    this.asking = true
    try {
      await this.#holding.catch(() => undefined)
      const begun = this.open ? null : await chatApi.begin({ how: this.draft })
      const id = begun?.id ?? (this.open as Chat).id
      if (begun) {
        this.#listed(begun)
        this.wanted = id
        this.#put({ ...begun, how: this.draft, messages: [] })
      }
      const { question, answer } = await chatApi.ask(id, asking)
      // The news of it is often here first, and further.
      for (const message of [question, answer])
        if (!this.open?.messages.some((m) => m.id === message.id))
          this.take({ what: 'said', chat: id, message })
      return id
    } finally {
      this.asking = false
    }
  }

  async again(message: ChatMessage, model?: string): Promise<void> {
    if (!this.open) return
    const { id } = this.open
    await this.#holding.catch(() => undefined)
    const answer = await chatApi.again(id, message.id, model)
    if (!this.open?.messages.some((m) => m.id === answer.id))
      this.take({ what: 'said', chat: id, message: answer })
  }

  async stop(): Promise<void> {
    if (this.open && this.coming) await chatApi.stop(this.open.id, this.coming.id)
  }

  /** Shows another version of a message, with what followed it. */
  async version(message: number): Promise<void> {
    if (!this.open) return
    await chatApi.change(this.open.id, { shown: message })
    await this.readOpen()
  }

  /** How the open conversation is held from now on, or the next new one. */
  async hold(how: How): Promise<void> {
    keepHabits(how)
    if (!this.open) {
      this.draft = how
      return
    }
    const { id } = this.open
    this.open = { ...this.open, how }
    // One after the other, and a question waits for it.
    const change = this.#holding.catch(() => undefined).then(() => chatApi.change(id, { how }))
    this.#holding = change
    await change
  }

  async rename(id: number, title: string): Promise<void> {
    this.#took(await chatApi.change(id, { title }))
  }

  async pin(id: number, pinned: boolean): Promise<void> {
    this.#took(await chatApi.change(id, { pinned }))
  }

  #took(info: ChatInfo): void {
    this.#listed(info)
    if (this.open?.id === info.id) this.open = { ...this.open, ...info }
  }

  async remove(id: number): Promise<void> {
    await chatApi.remove(id)
    this.#gone(id)
  }

  async readModels(): Promise<void> {
    try {
      const { models, asking } = await api.models()
      // Ollama has not been asked yet: nothing is known.
      if (!asking || models.length > 0) this.models = models
    } catch {
      // The page says that Ollama is not there; models stay as they were.
    }
  }

  async readPresets(): Promise<void> {
    try {
      this.presets = await chatApi.presets()
    } catch {
      this.presets = []
    }
  }
}

export const chats = new Chats()
