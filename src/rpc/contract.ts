/**
 * What a page may ask of the node: the one contract between threads. Every call is a named request with data in and
 * a {@link Result} out; every live answer is a named query whose results are pushed through a MessagePort. The node's
 * side implements {@link KithNode}; pages use the client in src/page, which finds or starts the node, fails over and
 * replays (requests carry ids and times, so a replay changes nothing).
 */
import type { Result } from '../core/result.ts'
import type { EconomyView, StatementView } from './economy.ts'
import type { KithError } from './errors.ts'
import type { ForeignInput, ForeignStorageView, ForeignTrial } from './foreign.ts'
import type { SafetyView } from './safety.ts'
import type { LinkKind, SharedText, SharedView, ShareView } from './sharing.ts'
import type {
  ConnectionView,
  CopyDetails,
  DeviceView,
  EntryId,
  FeedPage,
  FileId,
  JobView,
  KeepersView,
  KeyEventView,
  MyLinkView,
  NoteId,
  NoteState,
  NoteSummary,
  PeopleView,
  PersonId,
  PersonView,
  PostView,
  SessionView,
  SettingsView,
  StorageView,
} from './views.ts'

/** A picture as a page hands it over: already scaled and stripped of metadata by drawing it again. */
export interface PictureInput {
  readonly bytes: Uint8Array
  readonly mediaType: 'image/jpeg' | 'image/png' | 'image/webp' | 'image/gif' | 'image/avif'
  readonly width: number
  readonly height: number
  readonly alt: string
}

/** A post or a note. */
export type ItemId = { readonly entry: EntryId } | { readonly note: NoteId }

/** Requests: name → what goes in and what comes out. `job` results are followed with the query `job`. */
export interface Requests {
  /** Makes a person: keys, words, inception, first device. One step. */
  'create-person': { in: { name: string; avatar?: PictureInput }; out: { person: PersonId } }
  /**
   * Restores a person into an empty browser from the twelve words and an exported archive. Where a person's things are
   * still there and only the keys were lost, the words are enough; an archive brings what else is missing. Without
   * either, `hosts` and the hosts of this node are asked for whoever holds the person's things.
   */
  restore: { in: { words: string; archive?: Blob; hosts?: readonly string[] }; out: { job: string } }
  /**
   * Tries whether everything would come back after a wipe of this device: a second node with a store and keys of its own
   * is restored with the words, from others, and what came is compared byte for byte. Nothing here changes but the list
   * of devices, which has one for drills from then on. While a drill runs, another request joins it. `hosts` are asked
   * beside those of this node.
   */
  drill: { in: { words: string; hosts?: readonly string[] }; out: { job: string } }
  /** Ends the drill that runs, if one does: its job fails with `aborted`, and what came back is deleted. */
  'stop-drill': { in: Record<never, never>; out: Record<never, never> }
  /** The twelve words, until they are confirmed; then they leave this device. */
  'recovery-words': { in: Record<never, never>; out: { words: readonly string[] } | { gone: true } }
  /** Checks the words typed back (positions from 0 → word); when right, the words are forgotten on this device. */
  'confirm-words': { in: { answers: Readonly<Record<number, string>> }; out: { correct: boolean } }
  /**
   * Removes another device of this person, by the id of `devices`, with the words: what it wrote and is here stays,
   * anything else of it is void for everybody, and what is private is under a new secret from then on.
   */
  'remove-device': { in: { device: string; words: string }; out: Record<never, never> }
  'save-profile': {
    in: { name: string; about: string; avatar?: PictureInput | null }
    out: Record<never, never>
  }
  'publish-post': {
    in: { text: string; pictures: readonly PictureInput[]; replyTo?: EntryId }
    out: { entry: EntryId }
  }
  /** Sets or takes back one's reaction. */
  react: { in: { entry: EntryId; emoji: string; on: boolean }; out: Record<never, never> }
  /** Forgets the payload of one's own entry here and asks followers to do the same. */
  'delete-entry': { in: { entry: EntryId }; out: Record<never, never> }
  /** Follows by person link, code or bare id. */
  follow: { in: { link: string }; out: { person: PersonId } }
  unfollow: { in: { person: PersonId }; out: Record<never, never> }
  /** Not synced, shown or stored from now on; what was stored is deleted. */
  block: { in: { person: PersonId }; out: Record<never, never> }
  unblock: { in: { person: PersonId }; out: Record<never, never> }
  /** An empty petname removes it. */
  'set-petname': { in: { person: PersonId; petname: string }; out: Record<never, never> }
  /** Asks somebody who is followed to keep everything of one's own, private things too; or asks them no longer. */
  'ask-keeper': { in: { person: PersonId; on: boolean }; out: Record<never, never> }
  /** Answers somebody who asked that. Without it nothing is kept; what was kept goes with a no. */
  'keep-for': { in: { person: PersonId; on: boolean }; out: Record<never, never> }
  'my-link': { in: Record<never, never>; out: MyLinkView }
  'create-note': { in: Record<never, never>; out: { note: NoteId } }
  /** Stores one Yjs update of a note; resolves once it is durable. */
  'update-note': { in: { note: NoteId; update: Uint8Array }; out: Record<never, never> }
  'delete-note': { in: { note: NoteId }; out: Record<never, never> }
  /** Makes a share: whoever has its link can read the note, and what it becomes, until the share ends. */
  'share-note': { in: { note: NoteId }; out: { share: string } }
  /** A link of a share that has not ended. */
  'share-link': { in: { share: string; kind: LinkKind }; out: MyLinkView }
  /** What a share of one's own shows, which somebody else may have written. */
  'read-share': { in: { share: string }; out: SharedText }
  /** Ends a share for good; its link says so. */
  unshare: { in: { share: string }; out: Record<never, never> }
  /**
   * Looks for what a link shows, at its hosts, at `hosts` and at those of this node; needs no person. `seal` looks at the
   * seal only.
   */
  'open-shared': { in: { link: string; hosts?: readonly string[]; seal?: boolean }; out: SharedView }
  /** With a link to write: shows another text at every device that has the shared note. */
  'write-shared': {
    in: { link: string; hosts?: readonly string[]; title: string; text: string }
    out: { places: number }
  }
  /** A file's bytes, from here or from whoever is connected. */
  'read-file': { in: { file: FileId }; out: { bytes: Uint8Array; mediaType: string } }
  /** RSS, Atom or fortune file, told apart by content. */
  import: { in: { file: Blob; name: string }; out: { job: string } }
  export: { in: Record<never, never>; out: { job: string } }
  'save-settings': { in: Partial<SettingsView>; out: Record<never, never> }
  /** Puts a small object there, reads it back with the keys and without, and deletes it. Changes nothing here. */
  'test-foreign-storage': { in: ForeignInput; out: ForeignTrial }
  /** Tests it, then keeps one's blocks there from now on; null ends that and leaves there what is there. */
  'save-foreign-storage': { in: { storage: ForeignInput | null }; out: Record<never, never> }
  /** This device gives so many slots from now on, for one's own copies and for those of others; 0 gives nothing. */
  'give-storage': { in: { slots: number }; out: Record<never, never> }
  /** How many copies of one post or note are wanted, one's own among them; null: as many as of everything. */
  'choose-copies': { in: { item: ItemId; copies: number | null }; out: Record<never, never> }
  /** Dials every host and known device again now. */
  'connect-now': { in: Record<never, never>; out: Record<never, never> }
}
export type RequestName = keyof Requests

/** Live queries: name → parameters and result. The first result comes at once, then one after every change. */
export interface Queries {
  session: { in: Record<never, never>; out: SessionView }
  home: { in: { limit: number; before?: string }; out: FeedPage }
  person: { in: { person: PersonId }; out: PersonView }
  /** What happened to a person's keys as far as is known here, newest first. */
  'key-history': { in: { person: PersonId }; out: readonly KeyEventView[] }
  'person-feed': { in: { person: PersonId; limit: number; before?: string }; out: FeedPage }
  /** A post with its replies, oldest first; undefined when it is not here. */
  thread: { in: { entry: EntryId }; out: { post?: PostView; replies: readonly PostView[] } }
  people: { in: Record<never, never>; out: PeopleView }
  notes: { in: Record<never, never>; out: readonly NoteSummary[] }
  /** Whole state first and after changes made elsewhere; undefined when there is no such note. */
  note: { in: { note: NoteId }; out: NoteState | undefined }
  /** Shares of one's own, of one note or of all; the newest first. */
  shares: { in: { note?: NoteId }; out: readonly ShareView[] }
  /** Who holds copies of a post or a note of one's own; undefined when it is not here, or not one's own. */
  copies: { in: ItemId; out: CopyDetails | undefined }
  connection: { in: Record<never, never>; out: ConnectionView }
  storage: { in: Record<never, never>; out: StorageView }
  keepers: { in: Record<never, never>; out: KeepersView }
  /** Undefined while nothing is known yet, or nothing is left with anybody. */
  safety: { in: Record<never, never>; out: SafetyView | undefined }
  /** What is given and used of the storage that people lend each other. */
  economy: { in: Record<never, never>; out: EconomyView }
  /** The newest that was said about it, newest first; at most 200. */
  statements: { in: { limit: number }; out: readonly StatementView[] }
  devices: { in: Record<never, never>; out: readonly DeviceView[] }
  settings: { in: Record<never, never>; out: SettingsView }
  'foreign-storage': { in: Record<never, never>; out: ForeignStorageView }
  /** Replies and reactions to one's own posts by others, newest first. */
  inbox: { in: { limit: number; before?: string }; out: FeedPage }
  job: { in: { job: string }; out: JobView | undefined }
}
export type QueryName = keyof Queries

/** One call. `id` is random, `time` the caller's clock: the node remembers outcomes of mutations by id. */
export interface RequestEnvelope<N extends RequestName = RequestName> {
  readonly id: string
  readonly time: number
  readonly name: N
  readonly input: Requests[N]['in']
}

/** Pushed by the node into the port of a query. */
export type QueryMessage<Q extends QueryName = QueryName> =
  | { readonly type: 'result'; readonly value: Queries[Q]['out'] }
  | { readonly type: 'failed'; readonly error: KithError }

/** What the node offers to pages, behind Comlink. */
export interface KithNode {
  request<N extends RequestName>(request: RequestEnvelope<N>): Promise<Result<Requests[N]['out'], KithError>>
  /** Pushes {@link QueryMessage}s into `port` until `port` receives any message or the page is gone. */
  subscribe<Q extends QueryName>(query: Q, input: Queries[Q]['in'], port: MessagePort): void
}
