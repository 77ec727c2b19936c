/** Who keeps everything for whom, as pages show it. */
import { equalBytes } from '../../core/bytes.ts'
import { logKind } from '../../core/logs/log-id.ts'
import { MAX_KEEPERS } from '../../core/records/keepers.ts'
import type { AskingView, KeepersView, KeeperView } from '../../rpc/views.ts'
import type { QueryHandlers } from '../api/query-handlers.ts'
import type { InternalServices } from '../internal-services.ts'
import type { HeldCopy } from '../log/copies.ts'
import type { LogRow } from '../log/log-row.ts'
import { isSealedLog, LOG_FEED } from '../log/log-service.ts'
import type { Self } from '../person/account.ts'
import type { Connection } from '../services.ts'
import { namesKeeper } from './keepers.ts'
import { listKeepers } from './named.ts'

/** Answers `keepers`. */
export const keepingQueries = (
  { account, copies, logs, personCard, persons, platform }: InternalServices,
  connection: Connection,
): Pick<QueryHandlers, 'keepers'> => {
  /** Private logs of this device, with everybody who said to hold some of them. */
  const privateLogs = async (self: Self) => {
    const heads = await logs.heads(self.person)
    const own = heads.filter(({ device, log }) => isSealedLog(log) && equalBytes(device, self.device.signer.publicKey))
    return own.map((head) => ({ all: copies.holders(head), some: copies.holders({ ...head, seq: 1 }) }))
  }

  const toKeeper = (
    person: string,
    held: readonly { all: readonly HeldCopy[]; some: readonly HeldCopy[] }[],
  ): KeeperView => {
    const isTheirs = (copy: HeldCopy): boolean => copy.person === person
    const times = held.flatMap(({ some }) => some.filter(isTheirs).map(({ confirmed }) => confirmed))
    const hasAll = held.every(({ all }) => all.some(isTheirs))
    return {
      person: personCard(person),
      online: connection.isOnline(person),
      has: times.length === 0 ? 'nothing' : hasAll ? 'all' : 'some',
      ...(times.length > 0 && { confirmed: Math.max(...times) }),
    }
  }

  const listMine = async (self: Self): Promise<KeeperView[]> => {
    const keepers = await platform.store.read(['meta', 'records'], (tx) => listKeepers(tx, self.person))
    const held = await privateLogs(self)
    return keepers.map((person) => toKeeper(person, held))
  }

  const listAsking = async (me: string): Promise<AskingView[]> => {
    const now = platform.clock.now()
    const asking = persons.all().filter((row) => row.relation === 'following' && namesKeeper(row, me, now))
    const rows = await platform.store.read(['logs'], (tx) => tx.list<LogRow>('logs'))
    const sizeOf = (person: string): number =>
      rows
        .filter(({ key, value }) => value.person === person && logKind(key[1] as number) !== LOG_FEED)
        .reduce((sum, { value }) => sum + value.bytes, 0)
    return asking.map(({ id, keepsFor }) => ({
      person: personCard(id),
      ...(keepsFor !== undefined && { answer: keepsFor }),
      bytes: sizeOf(id),
    }))
  }

  const run = async (): Promise<KeepersView> => {
    const self = account.self()
    if (!self) return { mine: [], asking: [], limit: MAX_KEEPERS }
    return { mine: await listMine(self), asking: await listAsking(self.person), limit: MAX_KEEPERS }
  }

  return { keepers: { topics: () => ['keepers', 'people', 'copies', 'connection', 'session', 'storage'], run } }
}
