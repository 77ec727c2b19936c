/** What the node's services offer to whoever connects it to others, and what that connection offers back. */
import type { NetworkView, PersonCard } from '../rpc/views.ts'
import type { Changes } from './changes.ts'
import type { LedgerBook } from './economy/ledger-book.ts'
import type { Files } from './files/files.ts'
import type { SafetyReport } from './leasing/safety-report.ts'
import type { Standing } from './leasing/standing.ts'
import type { CopyBook } from './log/copies.ts'
import type { LogService } from './log/log-service.ts'
import type { Account } from './person/account.ts'
import type { Persons } from './person/persons.ts'
import type { RecordBook } from './person/records.ts'
import type { Settings } from './person/settings.ts'
import type { Platform } from './platform.ts'
import type { Refusals } from './refusals.ts'
import type { Inbox } from './social/inbox.ts'

/** Handed to {@link Connect}. */
export interface NodeServices {
  readonly platform: Platform
  readonly account: Account
  readonly persons: Persons
  readonly logs: LogService
  /** Who keeps what for whom under leases. */
  readonly leases: Standing
  readonly files: Files
  readonly inbox: Inbox
  readonly copies: CopyBook
  readonly records: RecordBook
  readonly settings: Settings
  readonly changes: Changes
  /** What peers sent and was turned away. */
  readonly refusals: Refusals
  /** What is known of the storage economy; loaded with the first call. */
  ledger(): Promise<LedgerBook>
  /** Name and face of anyone, from memory. */
  personCard(id: string): PersonCard
}

/** The node's sessions with others, as its queries and requests see them. */
export interface Connection {
  /** The network's part of the query `connection`. `changes.emit('connection')` says that it changed. */
  view(): NetworkView
  /** Whether any device of the person has a live session. */
  isOnline(person: string): boolean
  /** The address that a host said it is reached under, waiting a moment for one that was not heard of yet. */
  announcedUrl(host: string): Promise<string | undefined>
  /** Whether one's things would survive a wipe; undefined where nothing is left with others. `changes.emit('leases')` says that it changed. */
  safety(): Promise<SafetyReport | undefined>
  /** Dials every host and known device again now. */
  connectNow(): void
  /** A window that offers to carry WebRTC; `port` speaks src/rpc/modem. */
  attachModem(port: MessagePort): void
  close(): Promise<void>
}

/** Attaches a node to others. Called once at start; the person may not be there yet ({@link Account.whenReady}). */
export type Connect = (services: NodeServices) => Connection
