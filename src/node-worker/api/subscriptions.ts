/**
 * Live queries: run at once and again after every change that concerns them, never by polling. Changes that come while
 * a query runs, or in quick succession, are answered by one more run.
 */
import type { Clock } from '../../core/ports.ts'
import type { KithNode, Queries, QueryMessage, QueryName } from '../../rpc/contract.ts'
import type { Changes } from '../changes.ts'
import type { Timers } from '../platform.ts'
import { toKithError } from './errors.ts'
import type { QueryHandler, QueryHandlers } from './query-handlers.ts'

/** Milliseconds between the end of one run and the start of the next, at least and at most. */
export const QUERY_INTERVAL = 60
const MAX_QUERY_INTERVAL = 1000
/** Pause after a run, in times of what the run took: while thousands of entries arrive, showing them must not keep
 * them from being stored. */
const PAUSE_PER_RUN = 4

/** What subscriptions are built from. */
export interface SubscriptionPorts {
  readonly changes: Changes
  readonly timers: Timers
  readonly clock: Clock
  onError(name: string, error: unknown): void
}

/** All live queries of a node. */
export interface Subscriptions {
  readonly subscribe: KithNode['subscribe']
  /** Ends all of them. */
  close(): void
}

/** Runs `run` once now and once after each `wake`, one at a time, with a pause in between. */
const createRerun = (run: () => Promise<void>, { timers, clock }: Pick<SubscriptionPorts, 'timers' | 'clock'>) => {
  let interval = QUERY_INTERVAL
  let state: 'idle' | 'running' | 'dirty' | 'pausing' | 'ended' = 'idle'
  let timer: unknown
  const start = async (): Promise<void> => {
    state = 'running'
    const begun = clock.now()
    await run()
    interval = Math.min(MAX_QUERY_INTERVAL, Math.max(QUERY_INTERVAL, (clock.now() - begun) * PAUSE_PER_RUN))
    // The state may have changed while `run` was awaited.
    const after = state as 'running' | 'dirty' | 'ended'
    if (after === 'ended') return
    state = 'idle'
    if (after === 'dirty') pause()
  }
  const pause = (): void => {
    state = 'pausing'
    timer = timers.setTimeout(() => void start(), interval)
  }
  return {
    start: () => void start(),
    wake: (): void => {
      if (state === 'running') state = 'dirty'
      else if (state === 'idle') pause()
    },
    end: (): void => {
      state = 'ended'
      timers.clearTimeout(timer)
    },
  }
}

/** Creates the `subscribe` of the node's contract. */
export const createSubscriptions = (handlers: QueryHandlers, ports: SubscriptionPorts): Subscriptions => {
  const open = new Set<() => void>()

  const subscribe = <Q extends QueryName>(query: Q, input: Queries[Q]['in'], port: MessagePort): void => {
    const post = (message: QueryMessage<Q>): void => port.postMessage(message)
    const handler = handlers[query] as QueryHandler<Q> | undefined
    if (!handler) {
      post({ type: 'failed', error: { type: 'internal', message: `nothing answers ${query}` } })
      return
    }

    const rerun = createRerun(async () => {
      try {
        const value = await handler.run(input)
        if (open.has(end)) post({ type: 'result', value })
      } catch (thrown) {
        ports.onError(query, thrown)
        if (open.has(end)) post({ type: 'failed', error: toKithError(thrown) })
      }
    }, ports)

    const topics = new Set(handler.topics(input))
    const stop = ports.changes.listen((changed) => {
      if (changed.some((topic) => topics.has(topic))) rerun.wake()
    })
    const end = (): void => {
      open.delete(end)
      stop()
      rerun.end()
      port.close()
    }
    open.add(end)
    port.addEventListener('message', end)
    port.addEventListener('close', end)
    port.start()
    rerun.start()
  }

  return {
    subscribe,
    close() {
      for (const end of [...open]) end()
    },
  }
}
