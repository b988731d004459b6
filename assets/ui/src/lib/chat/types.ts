/** The chat's types under the page's own names. */
export interface ContextWish {
  gesture: boolean
  pointed: boolean
  selection: boolean
  scene: boolean
  events: boolean
}
export interface ModelOptions {
  temperature?: number
  top_p?: number
  top_k?: number
  min_p?: number
  repeat_penalty?: number
  seed?: number
  num_ctx?: number
  num_predict?: number
  stop?: string[]
}
export interface How {
  model: string | null
  system: string
  options: ModelOptions
  think: null | boolean | 'low' | 'medium' | 'high'
  keep_alive: string | null
  context: ContextWish
  when_full: 'trim' | 'summarise'
}
export interface Told {
  what: keyof ContextWish
  text: string
}
export interface Asking {
  text: string
  pictures?: string[]
  frame?: boolean
  told?: Told[]
  after?: number | null
}
export interface ChatInfo {
  id: number
  title: string
  pinned: boolean
  created_at: string
  changed_at: string
  model: string | null
  answering: boolean
  shared: boolean
}
export interface ChatList {
  chats: ChatInfo[]
  more?: string
}
export interface Counts {
  prompt_tokens: number
  answer_tokens: number
  tokens_per_s: number
  first_ms: number
  total_ms: number
  load_ms: number
  context_tokens: number | null
  cut_off: boolean
}
export type FailureCode =
  | 'unreachable'
  | 'model_missing'
  | 'out_of_memory'
  | 'still_loading'
  | 'queue_full'
  | 'broke_off'
  | 'said_error'
  | 'no_vision'
  | 'no_thinking'
  | 'too_long'
  | 'no_frame'
  | 'not_kept'
export interface ChatFailure {
  code: FailureCode
  said: string
}
export type Waiting = 'model' | 'loading' | 'summary'
export interface ChatMessage {
  id: number
  parent: number | null
  versions: number[]
  role: 'system' | 'user' | 'assistant'
  text: string
  thinking: string
  model: string | null
  state: 'whole' | 'coming' | 'stopped' | 'failed'
  at: string
  pictures: number
  told: Told[]
  failure?: ChatFailure
  counts?: Counts
  left_out?: number
  summary?: string
  waiting?: Waiting
}
export interface Chat extends ChatInfo {
  how: How
  messages: ChatMessage[]
}
export interface Asked {
  question: ChatMessage
  answer: ChatMessage
}
export interface Preview {
  text: string
  system: string
  told: Told[]
}
export interface ChatFound {
  chat: number
  title: string
  message: number | null
  piece: string
}
export interface Preset {
  id: number
  kind: 'preset' | 'prompt'
  name: string
  text: string
  how: How | null
}
export interface Loaded {
  size_bytes: number
  vram_bytes: number
  context_length: number
  expires_at: string
}
export interface Model {
  name: string
  size_bytes: number
  parameters: string | null
  quantization: string | null
  family: string | null
  context_length: number | null
  capabilities: string[]
  modified_at: string
  loaded: Loaded | null
  servers: number
}
export interface More {
  from: number
  text: string
}
export type ChatNews =
  | { what: 'changed'; chat: ChatInfo }
  | { what: 'removed'; id: number }
  | { what: 'said'; chat: number; message: ChatMessage }
  | {
      what: 'more'
      chat: number
      message: number
      text?: More
      thinking?: More
      waiting?: Waiting
    }
  | { what: 'ended'; chat: number; message: ChatMessage }
  | { what: 'missed' }
