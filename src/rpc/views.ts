/** What the node shows to pages: plain data, made for rendering. Ids are strings, times milliseconds since 1970. */

import type { DrillView } from './drill.ts'
import type { KithError } from './errors.ts'
import type { ItemSafety } from './safety.ts'

/** CIDv1 of a person's inception event, base32. */
export type PersonId = string
/** Base32 of the first 32 bytes of an entry's BLAKE2b-512 hash. */
export type EntryId = string
/** CIDv1 of a file manifest or block, base32. */
export type FileId = string
/** Base32 of 16 random bytes. */
export type NoteId = string

/** Enough of a person to put a name and a face beside a post. */
export interface PersonCard {
  readonly id: PersonId
  /** Petname (mine) if set, else their own name; empty while nothing is known but the id. */
  readonly name: string
  /** Three proquint syllables of the id; shown where two people share a name. */
  readonly fingerprint: string
  readonly avatar?: FileId
  /** True when another known person uses the same name. */
  readonly ambiguous?: boolean
}

/** The copies of an item, for the row of dots. */
export interface Copies {
  /** Of one's own things: copies on other devices, confirmed within a day. Of others' things: the one kept here. */
  readonly live: number
  /** Copies wanted beside one's own. */
  readonly wanted: number
  /** How many of `live` are on always-on peers. */
  readonly always: number
}

/** A device that said it holds a copy of something of one's own. */
export interface CopyHolder {
  readonly person: PersonCard
  readonly device: string
  readonly alwaysOn: boolean
  /** True for another device of one's own. */
  readonly own: boolean
  readonly connected: boolean
  /** The earliest time at which it is known to have held it. */
  readonly since: number
  /** When it last said so. */
  readonly confirmed: number
  /** False when that is so long ago that it does not count. */
  readonly live: boolean
}

/** What a row of dots says when it is tapped. */
export interface CopyDetails {
  readonly copies: Copies
  /** Those that count first, at most {@link MAX_SHOWN_HOLDERS}. */
  readonly holders: readonly CopyHolder[]
  /** How many more there are. */
  readonly more: number
  /** Copies wanted of it, one's own among them, where another number was chosen than of everything. */
  readonly chosen?: number
  /** Copies wanted of everything, and most that can be wanted. */
  readonly everything: number
  readonly most: number
  /** Whether it would survive a wipe; absent where nothing is left with others. */
  readonly safety?: ItemSafety
}

/** Holders of one item that are named; popular people have thousands. */
export const MAX_SHOWN_HOLDERS = 24

export interface PictureView {
  readonly file: FileId
  readonly mediaType: string
  /** Pixels, so that room is reserved before the picture is there; 0 when unknown. */
  readonly width: number
  readonly height: number
  readonly alt: string
}

export interface ReactionView {
  readonly emoji: string
  readonly count: number
  readonly mine: boolean
}

/** Where an imported post came from. */
export interface SourceView {
  readonly title: string
  readonly url?: string
}

export interface PostView {
  readonly id: EntryId
  readonly author: PersonCard
  readonly text: string
  /** When its author says it was written, held to the time it arrived here when that lies before. */
  readonly time: number
  readonly pictures: readonly PictureView[]
  readonly reactions: readonly ReactionView[]
  readonly replies: number
  readonly replyTo?: { readonly id: EntryId; readonly author?: PersonCard; readonly excerpt?: string }
  readonly source?: SourceView
  readonly mine: boolean
  readonly copies: Copies
}

/** A page of a feed, newest first. `next` is given back as `before` to get the following page. */
export interface FeedPage {
  readonly posts: readonly PostView[]
  readonly next?: string
  /** False while older entries are still on their way. */
  readonly complete: boolean
}

export interface PersonView extends PersonCard {
  /** Their own name, when a petname hides it. */
  readonly ownName: string
  readonly about: string
  readonly relation: 'me' | 'following' | 'blocked' | 'none'
  readonly petname?: string
  readonly online: boolean
  readonly posts: number
  /** True once anything signed by the person has been seen here. */
  readonly known: boolean
  /** When the newest key event was last confirmed by someone else. */
  readonly confirmed?: number
  readonly contested: boolean
}

/** One event of a person's keys, as it says itself. */
export interface KeyEventView {
  readonly kind: 'inception' | 'rotate' | 'add-device' | 'remove-device'
  /** Milliseconds since 1970 by the clock of whoever signed it. */
  readonly time: number
  /** What the person calls the device that was added or removed. */
  readonly device?: string
}

export interface PeopleView {
  readonly following: readonly PersonView[]
  readonly blocked: readonly PersonView[]
  /** Seen through replies and reactions, or following me; neither followed nor blocked. */
  readonly seen: readonly PersonView[]
}

export interface NoteSummary {
  readonly id: NoteId
  readonly title: string
  readonly excerpt: string
  readonly changed: number
  readonly copies: Copies
}

/** A note's whole Yjs state as one update; text under `body` (Y.Text), title under `title` (Y.Text). */
export interface NoteState {
  readonly id: NoteId
  readonly update: Uint8Array
}

/** Somebody who was asked to keep everything of one's own. */
export interface KeeperView {
  readonly person: PersonCard
  readonly online: boolean
  /** How much of what this device wrote in private they said to hold: everything, less, or nothing yet. */
  readonly has: 'all' | 'some' | 'nothing'
  /** When a device of theirs last said so. */
  readonly confirmed?: number
}

/** Somebody who asks this person to keep everything of theirs. */
export interface AskingView {
  readonly person: PersonCard
  /** What was answered; undefined before that. */
  readonly answer?: boolean
  /** Bytes of their private things that are here. Nobody here can read them. */
  readonly bytes: number
}

/** Who keeps everything for whom. */
export interface KeepersView {
  readonly mine: readonly KeeperView[]
  readonly asking: readonly AskingView[]
  /** Persons that can be asked at most. */
  readonly limit: number
}

/** Who is signed in here. */
export type SessionView =
  | { readonly state: 'none' }
  /** Somebody's things are here without the keys of this device; `restore` with their words brings them back. */
  | { readonly state: 'keys-lost'; readonly me: PersonCard }
  | {
      readonly state: 'ready'
      readonly me: PersonView
      /** False until the person has shown that the twelve words are written down. */
      readonly wordsKept: boolean
      readonly posts: number
    }

/** Who is connected and what is on its way. */
export interface NetworkView {
  readonly online: boolean
  readonly hosts: readonly HostView[]
  /** Distinct persons with a live session. */
  readonly people: number
  readonly sessions: readonly SessionInfo[]
  /** Own public changes that no other device has acknowledged. */
  readonly waiting: number
  /** Own private changes that no other device has acknowledged: only own devices take them. */
  readonly onlyHere: number
  /** Why there is no WebRTC here, when there is none. */
  readonly noDirect?: 'no-webrtc' | 'no-modem'
  /** Frames, records and entries refused since start, by reason. */
  readonly refused: Readonly<Record<string, number>>
  /** Entries still on their way from people followed; 0 when everything known of is here. */
  readonly arriving: number
}

/** One line of weather. */
export interface ConnectionView extends NetworkView {
  /** The last thing that was to be kept here found no room: nothing comes in until there is some. */
  readonly full: boolean
  /** This device learned lately that it wrote something else once before where it went on from an old copy. */
  readonly forked: boolean
}

export interface HostView {
  readonly url: string
  readonly state: 'connecting' | 'connected' | 'waiting' | 'refused'
  /** When the next attempt starts, while `waiting`. */
  readonly retryAt?: number
  readonly reason?: string
}

export interface SessionInfo {
  readonly person: PersonCard
  readonly device: string
  readonly carrier: 'direct' | 'relay' | 'none'
  readonly since: number
  readonly sentBytes: number
  readonly receivedBytes: number
  readonly resentBytes: number
}

export interface StorageView {
  readonly used: number
  readonly quota?: number
  readonly persisted: boolean
  readonly own: { readonly entries: number; readonly bytes: number; readonly files: number; readonly notes: number }
  readonly others: { readonly entries: number; readonly bytes: number; readonly files: number; readonly people: number }
  readonly full: boolean
}

export interface DeviceView {
  readonly id: string
  readonly name: string
  readonly here: boolean
  readonly added: number
  readonly removed?: number
  /** When it was learned that the device wrote two different things in one place: an old copy of it went on. */
  readonly forked?: number
}

/** A long piece of work: import, export, restore. */
export interface JobView {
  readonly id: string
  readonly kind: 'import' | 'export' | 'restore' | 'drill'
  readonly state: 'running' | 'done' | 'failed'
  readonly done: number
  readonly total: number
  readonly added: number
  /** Items left out, by reason: 'duplicate', 'empty', 'too-large', 'malformed', 'not-here'. */
  readonly skipped: Readonly<Record<string, number>>
  readonly error?: KithError
  /** How far a recovery by words alone is: hosts are asked, the person was found, their things are coming. */
  readonly step?: 'asking' | 'found' | 'fetching'
  /** The name of the person who was found. */
  readonly name?: string
  /** The exported archive, when an export is done. */
  readonly file?: Blob
  /** The outcome, when a drill is done. */
  readonly drill?: DrillView
}

export interface SettingsView {
  readonly theme: 'system' | 'light' | 'dark'
  readonly hosts: readonly string[]
  /** Address under which links to this person are made. */
  readonly publicUrl?: string
  /** Copies wanted of everything of one's own: R, 1 to 64. */
  readonly copies: number
}

/** A link to oneself, and what is wrong with it when something is. */
export interface MyLinkView {
  readonly link: string
  /** `localhost`: nobody on another machine can open it; set --public-url. */
  readonly warning?: 'localhost' | 'no-host'
}
