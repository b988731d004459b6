/** The chat's types of the wire under the page's own names. */
import type { Asking as WireAsking, FailureCode } from '../api/generated/wire'

export type {
  AskedView as Asked,
  Chat,
  ChatChange,
  ChatFailure,
  ChatFound,
  ChatInfo,
  ChatList,
  ChatMessage,
  ChatNews,
  ContextWish,
  Counts,
  FailureCode,
  How,
  Imported,
  Model,
  ModelOptions,
  More,
  Preset,
  Preview,
  Told,
  Waiting,
} from '../api/generated/wire'

/** `after` may be left out: then the question goes to the end of what is shown. */
export type Asking = Omit<WireAsking, 'after'> & { after?: number | null }

/** What a catalogue says of a failure: one that is missing does not compile. */
export type Failures = Record<FailureCode, { why: string; next: string }>
