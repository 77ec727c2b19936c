/** How requests are answered: one handler a name, and a memory of outcomes that makes a replay harmless. */
import type { Result } from '../../core/result.ts'
import type { RequestName, Requests } from '../../rpc/contract.ts'
import type { KithError } from '../../rpc/errors.ts'
import type { WriteTransaction } from '../stores/store.ts'

/** What a handler knows of the request beside its input. */
export interface RequestContext {
  /** Random, chosen by the caller; the same when the request is replayed. */
  readonly id: string
  /** The caller's clock, never later than the node's. */
  readonly time: number
  /**
   * Stores the outcome inside the transaction of the mutation (which must include table `requests`; `LOG_TABLES` do),
   * so that a replay after a failover finds it and changes nothing.
   */
  remember(tx: WriteTransaction, outcome: unknown): Promise<void>
}

/** Answers one request. Expected failures are results; a throw is a bug, a full store or a fenced node. */
export type RequestHandler<N extends RequestName> = (
  input: Requests[N]['in'],
  context: RequestContext,
) => Promise<Result<Requests[N]['out'], KithError>>

/** Handlers by name. Modules return the part they answer; node.ts puts them together. */
export type RequestHandlers = { readonly [N in RequestName]: RequestHandler<N> }
