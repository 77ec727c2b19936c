/** What pages see of the storage economy. All room is in bytes; what is given is given in slots of `slotBytes`. */
import type { PersonCard } from './views.ts'

/** What one of the person's devices gives. */
export interface GivingDevice {
  /** As in the query `devices`. */
  readonly id: string
  readonly name: string
  readonly here: boolean
  readonly given: number
  /** Copies on it that it signed for, whoever owns them. */
  readonly held: number
}

/** Given, used and free, of the person and of each device. */
export interface EconomyView {
  readonly slotBytes: number
  readonly given: number
  /** Copies of the person's things that are left somewhere, own devices included. */
  readonly used: number
  /** The part of `used` that no holder signed for yet. */
  readonly pending: number
  /** `given` − `used`; may be negative. */
  readonly free: number
  /** Copies on the person's devices that were signed for. */
  readonly held: number
  /** What this device keeps beside that, without a lease, because a holder of somebody's was lost. */
  readonly substituted: number
  /** What the person's own things take here, in steps: N. */
  readonly own: number
  /** Copies wanted of each: R. */
  readonly copies: number
  /** What they all take: N·R, of items for which another R was chosen so many times theirs. As much has to be given. */
  readonly needed: number
  readonly devices: readonly GivingDevice[]
  /** Slots that this device gives, and could give by what its disk has. */
  readonly slotsHere: number
  readonly mostSlots: number
  /** Most copies that can be wanted. */
  readonly mostCopies: number
  /** Set when nothing of the person counts any more, because a device of theirs was shown to have cheated. */
  readonly barred?: 'fork' | 'wrong-proof'
}

/** Something that was said about storage, by this person or to them. */
export interface StatementView {
  readonly kind: 'pledge' | 'lease' | 'receipt' | 'release' | 'notice' | 'proof' | 'warrant'
  readonly by: PersonCard
  /** Milliseconds since 1970; a pledge does not say when it was made. */
  readonly time?: number
  /** Slots of a pledge. */
  readonly slots?: number
  /** Bytes that a lease costs, rounded up to steps. */
  readonly bytes?: number
  /** Who has the copy of a lease, or its owner. */
  readonly holder?: PersonCard
  readonly ends?: number
  /** Leases that it is about, in hex; of a lease its own id. */
  readonly leases: readonly string[]
}
