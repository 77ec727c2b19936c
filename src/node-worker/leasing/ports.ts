/** What leasing needs of the node around it, and how its two sides speak to a peer. */
import type { LeaseHolderMessage, OwnerMessage } from '../../core/sync/lease-messages.ts'
import type { LedgerBook } from '../economy/ledger-book.ts'
import type { NodeServices } from '../services.ts'
import type { Session } from '../sessions/types.ts'
import type { Standing } from './standing.ts'

/** See the module's doc. */
export interface LeasingPorts {
  readonly services: NodeServices
  readonly standing: Standing
  readonly book: LedgerBook
  /** The person of this node. */
  readonly me: string
  /** Key of this device, and the same in hex. */
  readonly device: Uint8Array
  readonly deviceId: string
}

/** A peer to whom something was left, or who may be asked to keep something. */
export interface HolderLine {
  readonly session: Session
  /** Hex of its key. */
  readonly device: string
  send(message: OwnerMessage): void
}

/** A peer who leaves something here. */
export interface OwnerLine {
  readonly session: Session
  send(message: LeaseHolderMessage): void
}

/** Tells the platform's log of what must not happen; leasing goes on. */
export const reportTo =
  ({ services }: Pick<LeasingPorts, 'services'>) =>
  (error: unknown): void =>
    services.platform.log({ level: 'error', what: 'leases', detail: String(error) })
