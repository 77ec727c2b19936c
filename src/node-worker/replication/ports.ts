/** What replication needs of the node around it, and what it keeps for one session. */
import type { NodeServices } from '../services.ts'
import type { Session, Stream } from '../sessions/types.ts'

/** The services that replication reads and writes. */
export type ReplicationServices = Pick<
  NodeServices,
  | 'account'
  | 'changes'
  | 'copies'
  | 'files'
  | 'inbox'
  | 'leases'
  | 'logs'
  | 'persons'
  | 'platform'
  | 'records'
  | 'refusals'
>

/** See the module's doc. */
export interface ReplicationPorts {
  readonly services: ReplicationServices
  /** Persons worth asking the device behind a session for: whom it is, and whom hosts say that it holds. */
  wantsOf(session: Session): readonly string[]
  /** Takes a lease stream that the peer opened; a node that leases nothing closes it. */
  readonly serveLeases?: (session: Session, stream: Stream) => void
  /** Whether the device behind a session is worth asking for what is a person's. */
  mayHold(session: Session, person: string): boolean
}
