/** Notes that are shared by link, as pages see them. */
import type { NoteId } from './views.ts'

/** Why a share is over. */
export type ShareEnd =
  /** The person stopped it. */
  | 'stopped'
  /** A device of the person was removed, which knew the keys of everything shared until then. */
  | 'device-removed'
  | 'note-deleted'

/** A share of one's own, as long as its link says something: a month beyond its end. */
export interface ShareView {
  readonly id: string
  readonly note: NoteId
  /** Absent while the link shows the note. */
  readonly ended?: ShareEnd
  /** Whoever has a link to write did so, and the link shows that until the note changes. */
  readonly rewritten: boolean
  /** The note is too long for a link, which goes on showing what was there before. */
  readonly tooLong: boolean
}

/** What a link is good for. */
export type LinkKind = 'write' | 'read' | 'verify'

/** A note as a link shows it. */
export interface SharedText {
  readonly title: string
  readonly text: string
  /** When it last changed, by its writer's clock; milliseconds. */
  readonly updated: number
}

/** What was found behind a link. */
export type SharedView =
  | ({ readonly kind: 'note' } & SharedText)
  /** Behind a link that does not open it: it is there, signed as it must be, and has not run out. */
  | {
      readonly kind: 'sealed'
      readonly epoch: number
      readonly seq: number
      /** Milliseconds. */
      readonly expires: number
      /** Devices that gave it. */
      readonly places: number
    }
