/**
 * The client that pages and programs use. It outlives connections: requests carry ids and times, so after a failover
 * those without an answer are sent again under the same id and the node, which remembers outcomes by id, changes
 * nothing twice; queries are made again and push their first result anew. Every wait is bounded.
 */
import { err, type Result } from '../core/result.ts'
import type { Connection } from './connection.ts'
import type { Queries, QueryName, RequestEnvelope, RequestName, Requests } from './contract.ts'
import type { KithError } from './errors.ts'
import { messageOf } from './handlers.ts'

/** What the user interface holds. */
export interface NodeClient {
  /** Never rejects. `aborted` after `signal`; `node-lost` when no node answered for {@link PATIENCE_MS}. */
  request<N extends RequestName>(
    name: N,
    input: Requests[N]['in'],
    options?: { readonly signal?: AbortSignal },
  ): Promise<Result<Requests[N]['out'], KithError>>
  /** Pushes results until the returned function is called; goes on over failovers. */
  watch<Q extends QueryName>(
    query: Q,
    input: Queries[Q]['in'],
    onValue: (value: Queries[Q]['out']) => void,
    onError?: (error: KithError) => void,
  ): () => void
}

/** The client as its owner sees it. */
export interface ManagedClient extends NodeClient {
  /** Resolves with the first connection, or with why there is none and will be none. */
  readonly ready: Promise<Result<void, KithError>>
  /** Drops the connection and makes another: a new leader is known, the window thawed. */
  reconnect(): void
  /** Leaves the node, for a window that is being frozen; `reconnect` comes back. */
  suspend(): void
  close(): void
}

/** How long a request waits for a node before it fails with `node-lost`. */
export const PATIENCE_MS = 30_000

const FIRST_RETRY_MS = 100
const LAST_RETRY_MS = 5_000

interface PendingRequest {
  readonly envelope: RequestEnvelope
  readonly settle: (result: Result<unknown, KithError>) => void
  /** Since when it has been without a node; undefined while one has it. */
  waitingSince: number | undefined
}

interface Watcher {
  readonly query: QueryName
  readonly input: Queries[QueryName]['in']
  readonly onValue: (value: unknown) => void
  readonly onError: ((error: KithError) => void) | undefined
  end: (() => void) | undefined
}

/** What the client needs: a way to the node (each call one bounded attempt), ids, and a clock. */
export interface ClientOptions {
  readonly dial: () => Promise<Result<Connection, KithError>>
  readonly newId: () => string
  readonly now: () => number
  /** Called with each new connection, before anything is sent: attach the modem here. */
  readonly onConnection?: (connection: Connection) => void
  readonly patience?: number
}

/** A node says this of itself when a newer one has taken the store over: nothing happened, the newer one will do it. */
const isSuperseded = (result: Result<unknown, KithError>): boolean => !result.ok && result.error.type === 'node-lost'

const sendRequest = (connection: Connection, pending: PendingRequest, onSuperseded: () => void): void => {
  pending.waitingSince = undefined
  connection.api.request(pending.envelope).then(
    (result) => (isSuperseded(result) ? onSuperseded() : pending.settle(result)),
    (thrown: unknown) =>
      // Only what cannot be cloned gets here: a bug of the caller. A dead node stays silent.
      pending.settle(err({ type: 'internal', message: messageOf(thrown) })),
  )
}

const startWatching = (connection: Connection, watcher: Watcher): void => {
  watcher.end = connection.subscribe(watcher.query, watcher.input, (message) => {
    if (message.type === 'result') watcher.onValue(message.value)
    else watcher.onError?.(message.error)
  })
}

/** Starts dialling at once. */
export const createNodeClient = (options: ClientOptions): ManagedClient => {
  const patience = options.patience ?? PATIENCE_MS
  const startedAt = options.now()
  const pending = new Map<string, PendingRequest>()
  const watchers = new Set<Watcher>()
  let connection: Connection | undefined
  /** Raised when the connection is dropped on purpose, so that older dials know that they are stale. */
  let round = 0
  let becomeReady: (result: Result<void, KithError>) => void = () => undefined
  const ready = new Promise<Result<void, KithError>>((resolve) => {
    becomeReady = resolve
  })

  /** A lost node may be back at the next attempt; any other reason will be the same then. */
  const isFinal = (error: KithError, waitingSince: number | undefined): boolean =>
    error.type !== 'node-lost' || options.now() - (waitingSince ?? options.now()) >= patience

  const giveUpWaiting = (error: KithError): void => {
    if (isFinal(error, startedAt)) becomeReady(err(error))
    for (const request of pending.values()) {
      if (isFinal(error, request.waitingSince)) request.settle(err(error))
    }
  }

  const tellWatchers = (error: KithError): void => {
    for (const watcher of watchers) watcher.onError?.(error)
  }

  /** What it could not do waits, like everything else, for the next node; only the first word of it counts. */
  const send = (to: Connection, request: PendingRequest): void =>
    sendRequest(to, request, () => to === connection && restart())

  const use = (fresh: Connection, current: number): void => {
    connection = fresh
    options.onConnection?.(fresh)
    for (const request of pending.values()) send(fresh, request)
    for (const watcher of watchers) startWatching(fresh, watcher)
    becomeReady({ ok: true, value: undefined })
    void fresh.lost.then(() => {
      if (current === round) restart()
    })
  }

  const connect = async (current: number, retry: number): Promise<void> => {
    const dialled = await options.dial()
    if (current !== round) return dialled.ok ? dialled.value.close() : undefined
    if (dialled.ok) return use(dialled.value, current)
    giveUpWaiting(dialled.error)
    tellWatchers(dialled.error)
    setTimeout(() => {
      if (current === round) void connect(current, Math.min(retry * 2, LAST_RETRY_MS))
    }, retry)
  }

  const drop = (): void => {
    round += 1
    const old = connection
    connection = undefined
    for (const request of pending.values()) request.waitingSince ??= options.now()
    for (const watcher of watchers) {
      watcher.end?.()
      watcher.end = undefined
    }
    old?.close()
  }

  const restart = (): void => {
    drop()
    void connect(round, FIRST_RETRY_MS)
  }

  const request: NodeClient['request'] = (name, input, { signal } = {}) =>
    new Promise((resolve) => {
      const envelope: RequestEnvelope = { id: options.newId(), time: options.now(), name, input }
      const settle = (result: Result<unknown, KithError>): void => {
        pending.delete(envelope.id)
        signal?.removeEventListener('abort', abort)
        resolve(result as Awaited<ReturnType<typeof request<typeof name>>>)
      }
      const abort = (): void => settle(err({ type: 'aborted' }))
      if (signal?.aborted) return abort()
      signal?.addEventListener('abort', abort)
      const entry: PendingRequest = { envelope, settle, waitingSince: options.now() }
      pending.set(envelope.id, entry)
      if (connection) send(connection, entry)
    })

  const watch: NodeClient['watch'] = (query, input, onValue, onError) => {
    const watcher: Watcher = { query, input, onValue: onValue as Watcher['onValue'], onError, end: undefined }
    watchers.add(watcher)
    if (connection) startWatching(connection, watcher)
    return () => {
      watchers.delete(watcher)
      watcher.end?.()
    }
  }

  const close = (): void => {
    drop()
    for (const entry of pending.values()) entry.settle(err({ type: 'aborted' }))
    watchers.clear()
  }

  void connect(round, FIRST_RETRY_MS)
  return { request, watch, ready, reconnect: restart, suspend: drop, close }
}
