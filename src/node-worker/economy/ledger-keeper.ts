/** Keeps the ledger in memory and in the store at one: what is heard, what is dropped, what the logs bring. */
import type { Fact } from '../../core/economy/ledger-facts.ts'
import type { ProofEvidence } from '../../core/economy/statement-types.ts'
import { encodeWarrant } from '../../core/economy/warrant.ts'
import { LOG_LEDGER } from '../../core/logs/log-id.ts'
import { err, ok, type Result } from '../../core/result.ts'
import type { InternalServices } from '../internal-services.ts'
import { isFollowed } from '../person/persons.ts'
import { createMutex } from '../stores/mutex.ts'
import type { Durability } from '../stores/store.ts'
import { unlessFull } from '../stores/unless-full.ts'
import { type Heard, type NoFact, personsIn, verifyHeard } from './heard.ts'
import type { HearError } from './ledger-book.ts'
import { createLedgerKeys, type LedgerKeys } from './ledger-keys.ts'
import { checkKeeping, LEASE_MEMORY, placesOver } from './ledger-limits.ts'
import { createLedgerMemory, type LedgerMemory } from './ledger-memory.ts'
import { createLedgerRows, type Kept } from './ledger-rows.ts'
import { type LedgerRun, ledgerRuns, readLogged } from './logged.ts'

/** A statement that was just verified. */
export type Verified = Pick<Kept, 'fact' | 'shown'>

/** See the module's doc. */
export interface LedgerKeeper {
  readonly memory: LedgerMemory
  readonly keys: LedgerKeys
  /** Reads the store. */
  open(): Promise<void>
  hear(heard: Heard): Promise<Result<Fact, HearError>>
  /** Keeps a statement whatever the limits are, for it is one's own. @throws StoreFullError */
  keep(verified: Verified, durability: Durability): Promise<void>
  /** When what the logs brought until now is in the fold. */
  settled(): Promise<void>
  close(): Promise<void>
}

/** Keeps one. */
export const createLedgerKeeper = (services: InternalServices): LedgerKeeper => {
  const { account, changes, logs, persons, platform } = services
  const { clock, crypto: verifier, store } = platform
  const memory = createLedgerMemory()
  const keys = createLedgerKeys(persons)
  const rows = createLedgerRows(store)
  const inOrder = createMutex()
  let tidied = 0

  const add = async (found: readonly Kept[], into: (kept: Kept) => void): Promise<void> => {
    await keys.learn(found.flatMap(({ fact }) => personsIn(fact)))
    for (const kept of found) into(kept)
  }

  const readLog = async (run: LedgerRun): Promise<void> => {
    await keys.learn([run.person])
    await add(await readLogged(logs, run, { verifier, keys: keys.get }), memory.log)
  }

  const put = async ({ fact, shown }: Verified, durability: Durability): Promise<void> => {
    const kept: Kept = { fact, shown, heard: clock.now() }
    const unkept = await keys.unkept(personsIn(fact))
    await rows.put(kept, unkept, durability)
    keys.kept(unkept)
    await add([kept], memory.keep)
    changes.emit('economy')
  }

  /** [Q35] Once a day, or a node that never ends would keep everything. */
  const tidy = async (): Promise<void> => {
    const now = clock.now()
    if (now - tidied < LEASE_MEMORY) return
    tidied = now
    const over = new Set(placesOver(memory, now))
    if (over.size === 0) return
    const left = [...memory.kept].flatMap(([place, kept]) => (over.has(place) ? [] : [kept]))
    const named = [...left, ...memory.logged.values()].flatMap(({ fact }) => personsIn(fact))
    const dropped = await unlessFull(() => rows.drop([...over], keys.forget(new Set(named))))
    if (dropped.ok) memory.drop([...over])
  }

  const keepHeard = (verified: Verified): Promise<Result<Fact, HearError>> =>
    inOrder(async () => {
      await tidy()
      const me = account.self()?.person
      if (me === undefined) return err({ type: 'no-person' })
      const isKnown = (person: string): boolean => isFollowed(persons.get(person))
      const verdict = checkKeeping(verified, { memory, me, now: clock.now(), isFollowed: isKnown })
      if (verdict === 'known') return ok(verified.fact)
      if (verdict !== 'new') return err(verdict)
      const stored = await unlessFull(() => put(verified, 'relaxed'))
      return stored.ok ? ok(verified.fact) : stored
    })

  const hear = async (heard: Heard): Promise<Result<Fact, HearError>> => {
    const verified = await keys.judge((known) => verifyHeard(heard, { verifier, keys: known }))
    if (verified.ok) return keepHeard(verified.value)
    return heard.kind === 'proof' ? accuse(heard.evidence, verified.error) : verified
  }

  /** [Q36] A wrong proof of a holder whose receipt is here is a warrant. */
  const accuse = async (evidence: ProofEvidence, error: NoFact): Promise<Result<Fact, HearError>> => {
    const receipt = error.type === 'wrong-proof' ? memory.kept.get(`receipt/${error.lease}`) : undefined
    if (!receipt) return err(error)
    const { person } = receipt.fact
    const bytes = encodeWarrant({ version: 1, kind: 'wrong-proof', person, receipt: receipt.shown[0]!, ...evidence })
    return hear({ kind: 'warrant', bytes })
  }

  /** [Q33] A device that was removed must not count again after a restart: who is no friend is not met every day. */
  const learnNews = async (person: string): Promise<void> => {
    await keys.learn([person])
    const unkept = await keys.unkept([person])
    if (unkept.length > 0 && (await unlessFull(() => rows.putKeys(unkept))).ok) keys.kept(unkept)
    changes.emit('economy')
  }

  const report = (error: unknown): void => platform.log({ level: 'error', what: 'ledger', detail: String(error) })

  const stops = [
    logs.onAppend(({ person, device, log, from, to }) => {
      if (log !== LOG_LEDGER) return
      inOrder(() => readLog({ person, device, from, to }))
        .then(() => changes.emit('economy'))
        .catch(report)
    }),
    // [Q24] Whoever forks a ledger has cheated, whatever else is known of them.
    logs.onFork(({ person, log, proof }) => {
      if (log !== LOG_LEDGER) return
      const bytes = encodeWarrant({ version: 1, kind: 'fork', person, runs: proof })
      hear({ kind: 'warrant', bytes }).catch(report)
    }),
    persons.onChange((id) => {
      if (keys.get(id)) inOrder(() => learnNews(id)).catch(report)
    }),
  ]

  return {
    memory,
    keys,
    open: () =>
      inOrder(async () => {
        await keys.restore(await rows.allKeys())
        for (const run of await ledgerRuns(logs)) await readLog(run)
        await add(await rows.all(), memory.keep)
        await tidy()
      }),
    hear,
    keep: (verified, durability) => inOrder(() => put(verified, durability)),
    settled: () => inOrder(async () => {}),
    async close() {
      for (const stop of stops) stop()
      await inOrder(async () => {})
    },
  }
}
