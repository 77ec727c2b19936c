/**
 * Runs requests. A page that lost its node sends a request again under the same id: it then joins the run that is
 * still going, or gets the outcome that was stored together with what the request changed.
 */

import type { Clock } from '../../core/ports.ts'
import { err, ok, type Result } from '../../core/result.ts'
import type { KithNode, RequestEnvelope, RequestName } from '../../rpc/contract.ts'
import type { KithError } from '../../rpc/errors.ts'
import { EntryTooLargeError } from '../log/append.ts'
import { type Store, StoreFullError } from '../stores/store.ts'
import { toKithError } from './errors.ts'
import type { RequestContext, RequestHandler, RequestHandlers } from './requests.ts'

/** Milliseconds for which an outcome is remembered: longer than any page waits for its node. */
export const OUTCOME_LIFETIME = 86_400_000

/** Row of table `requests`. */
interface Outcome {
  readonly value: unknown
  readonly time: number
}

/** What dispatching is built from. */
export interface DispatchPorts {
  readonly store: Store
  readonly clock: Clock
  /** Whether a person is stored here for whom nothing can be signed. */
  areKeysLost(): boolean
  onError(name: string, error: unknown): void
}

/** Forgets outcomes that nobody asks for any more. */
export const pruneOutcomes = ({ store, clock }: Pick<DispatchPorts, 'store' | 'clock'>): Promise<void> =>
  store.write(['requests'], 'relaxed', async (tx) => {
    const oldest = clock.now() - OUTCOME_LIFETIME
    for (const { key, value } of await tx.list<Outcome>('requests')) {
      if (value.time < oldest) await tx.delete('requests', key)
    }
  })

/** Creates the `request` of the node's contract. */
export const createDispatch = (handlers: RequestHandlers, ports: DispatchPorts): KithNode['request'] => {
  const { store, clock } = ports
  const running = new Map<string, Promise<Result<unknown, KithError>>>()

  const contextOf = ({ id, time }: RequestEnvelope): RequestContext => ({
    id,
    // A time from the future would keep a post on top of every feed; one that is no count would hide it from everyone.
    time: Math.max(0, Math.trunc(Math.min(time, clock.now()))) || 0,
    remember: (tx, value) => tx.put('requests', [id], { value, time: clock.now() } satisfies Outcome),
  })

  const answer = async (envelope: RequestEnvelope): Promise<Result<unknown, KithError>> => {
    const outcome = await store.read(['requests'], (tx) => tx.get<Outcome>('requests', [envelope.id]))
    if (outcome) return ok(outcome.value)
    const handler = handlers[envelope.name] as RequestHandler<RequestName> | undefined
    if (!handler) return err({ type: 'internal', message: `nothing answers ${String(envelope.name)}` })
    const result = await handler(envelope.input, contextOf(envelope))
    return !result.ok && result.error.type === 'no-person' && ports.areKeysLost() ? err({ type: 'keys-lost' }) : result
  }

  const run = async (envelope: RequestEnvelope): Promise<Result<unknown, KithError>> => {
    try {
      return await answer(envelope)
    } catch (thrown) {
      // A full disk is nobody's mistake; whoever watches the store says so. Nor is an entry that is too large.
      if (!(thrown instanceof StoreFullError || thrown instanceof EntryTooLargeError))
        ports.onError(envelope.name, thrown)
      return err(toKithError(thrown))
    } finally {
      running.delete(envelope.id)
    }
  }

  const request = (envelope: RequestEnvelope): Promise<Result<unknown, KithError>> => {
    const going = running.get(envelope.id) ?? run(envelope)
    running.set(envelope.id, going)
    return going
  }
  // One function for all names: the envelope carries the name that ties input and output together.
  return request as KithNode['request']
}
