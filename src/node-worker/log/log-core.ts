/** What appending, taking in and reading share: the parts they are made of, and what happens after a commit. */
import { base32Encode } from '../../core/bytes.ts'
import { LOG_ID_STEP, logKind } from '../../core/logs/log-id.ts'
import { lastSeqOf, type Segment } from '../../core/logs/segment.ts'
import type { Clock, Random, Verifier } from '../../core/ports.ts'
import type { Changes, Topic } from '../changes.ts'
import type { Leases } from '../leasing/standing.ts'
import type { Account } from '../person/account.ts'
import type { PersonsBook } from '../person/persons.ts'
import type { Timers } from '../platform.ts'
import type { Store } from '../stores/store.ts'
import { createKeyedMutex } from './keyed-mutex.ts'
import type { AppendEvent, Fork } from './log-service.ts'
import type { LogView, LogViews } from './log-view.ts'
import type { Runs } from './runs.ts'
import type { Sealing } from './sealing.ts'

/** What the log service is built from. */
export interface LogPorts {
  readonly store: Store
  readonly clock: Clock
  readonly timers: Timers
  readonly random: Random
  readonly verifier: Verifier
  readonly changes: Changes
  readonly account: Account
  readonly persons: PersonsBook
  readonly sealing: Sealing
  /** What is kept for others under leases. */
  readonly leases: Leases
  readonly views: LogViews
  /** Told of a handler's throw: a bug of the handler, not of the commit. */
  onError(error: unknown): void
}

/** See the module's doc. */
export interface LogCore extends LogPorts {
  readonly runs: Runs
  /** Runs `task` when no other task of that log runs, nor one of another generation of it. */
  inOrder<T>(device: Uint8Array, log: number, task: () => Promise<T>): Promise<T>
  /** Tells everyone of what a commit changed. */
  committed(
    origin: Omit<AppendEvent, 'from' | 'to'>,
    run: Pick<Segment, 'firstSeq' | 'entries'> | undefined,
    topics: readonly Topic[],
  ): Promise<void>
  onAppend(handler: (event: AppendEvent) => void): () => void
  /** Tells everyone of a fork that is recorded. */
  forked(fork: Fork): void
  onFork(handler: (fork: Fork) => void): () => void
}

/** The view that entries of a log go into. */
export const viewOf = ({ views }: LogPorts, log: number): LogView | undefined => {
  const kind = logKind(log)
  return kind === undefined ? undefined : views[kind]
}

const createListeners = <T>(onError: (error: unknown) => void) => {
  const handlers = new Set<(event: T) => void>()
  return {
    tell(event: T): void {
      for (const handler of [...handlers]) {
        try {
          handler(event)
        } catch (error) {
          onError(error)
        }
      }
    },
    add(handler: (event: T) => void): () => void {
      handlers.add(handler)
      return () => handlers.delete(handler)
    },
  }
}

/** Builds the core over its ports. */
export const createLogCore = (ports: LogPorts, runs: Runs): LogCore => {
  const mutex = createKeyedMutex()
  const appends = createListeners<AppendEvent>(ports.onError)
  const forks = createListeners<Fork>(ports.onError)
  return {
    ...ports,
    runs,
    inOrder: (device, log, task) => mutex(`${base32Encode(device)}/${log % LOG_ID_STEP}`, task),
    async committed(origin, run, topics) {
      await ports.persons.refresh([...new Set([origin.person, ...personsIn(topics)])])
      ports.changes.emit(...new Set<Topic>([...topics, 'storage']))
      if (run) appends.tell({ ...origin, from: run.firstSeq, to: lastSeqOf(run as Segment) })
    },
    onAppend: appends.add,
    forked(fork) {
      ports.changes.emit('devices', 'connection')
      forks.tell(fork)
    },
    onFork: forks.add,
  }
}

const personsIn = (topics: readonly Topic[]): string[] =>
  topics.flatMap((topic) => (topic.startsWith('person/') ? [topic.slice('person/'.length)] : []))
