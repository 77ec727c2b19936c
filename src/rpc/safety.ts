/** The query `safety`: whether one's own things would survive a wipe, and where they are. */
import type { PersonCard } from './views.ts'

/** What of one's own things is meant: each kind stands for one line on a page. */
export type ThingKind = 'posts' | 'notes' | 'account' | 'files'

/** How safe things of one kind are. */
export interface KindSafety {
  readonly kind: ThingKind
  /** How many there are, and how many of them would be gone if everything of the person's own were. */
  readonly things: number
  readonly lost: number
  /** Live copies at other people of the one that has fewest. */
  readonly fewest: number
}

/** One device of somebody else with which things are left. */
export interface HolderView {
  /** Base32 of its key. */
  readonly device: string
  readonly person: PersonCard
  /** What it is: always on, an installed app, a tab, a tab of a browser that forgets. */
  readonly availability: 'host' | 'app' | 'tab' | 'evicting-tab'
  readonly online: boolean
  readonly things: number
  readonly bytes: number
  /** Times in milliseconds since 1970; of the things that it has the oldest last proof. */
  readonly lastSeen: number
  readonly lastProof: number
}

/** Why something would not survive a wipe, or has too few copies. */
export type NotSafeBecause =
  | 'nowhere-else'
  | 'too-few-pieces'
  | 'silent'
  | 'unproven'
  | 'lease-over'
  | 'release'
  | 'notice'
  | 'warrant'

/** Why people who are here signed for nothing lately. */
export type RefusedBecause = 'clocks-differ' | 'over-balance' | 'over-ration' | 'no-room'

/** What is in the way of more copies. `bytes` is what the person would have to give beyond what is given. */
export interface ShortageView {
  readonly type: 'alone' | 'everyone-offline' | 'balance-too-small' | 'too-few-persons' | 'too-little-room'
  readonly things: number
  readonly bytes?: number
  /** Set when people are here and refused: that is said in place of `type`. */
  readonly refused?: RefusedBecause
}

/** Whether one item would survive a wipe now: a post with its pictures, a note. */
export interface ItemSafety {
  readonly survives: boolean
  /** Other people who keep all of it. */
  readonly people: number
  readonly because?: NotSafeBecause
}

/** Whether everything of the person's would survive a wipe now, and where it is. */
export interface SafetyView {
  /** Copies wanted of everything, one's own among them. */
  readonly copies: number
  readonly survives: boolean
  /** What is the matter with the first thing that would be lost. */
  readonly because?: NotSafeBecause
  readonly kinds: readonly KindSafety[]
  readonly holders: readonly HolderView[]
  readonly shortage?: ShortageView
}
