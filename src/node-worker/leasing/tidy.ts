/** Lets go what was kept for others under leases that are over, an hour after their end: clocks differ. Rule EC9, PL12. */
import { cidToString } from '../../core/blocks/cid.ts'
import { bytesToHex } from '../../core/bytes.ts'
import { CLOCK_SKEW } from '../../core/economy/economy-limits.ts'
import type { LedgerView } from '../../core/economy/ledger-view.ts'
import { LOG_LEDGER, logKind } from '../../core/logs/log-id.ts'
import { listLeased } from '../files/kept-blocks.ts'
import { endBlockLease } from '../files/references.ts'
import { wasKeptFor } from '../keeping/keepers.ts'
import { isKeptFor } from '../log/admission.ts'
import type { LogRow } from '../log/log-row.ts'
import { LOG_FEED } from '../log/log-service.ts'
import type { WriteTransaction } from '../stores/store.ts'
import type { OutsideLedger } from './agreements.ts'
import type { LeasingPorts } from './ports.ts'

/** Blocks that are let go in one transaction. */
const STEP = 100
const TABLES = ['meta', 'logs', 'segments', 'payloads', 'blocks', 'blockMeta', 'queue'] as const

type Substituted = OutsideLedger['substituted']

const thingsKept = (view: LedgerView, { me, deviceId }: LeasingPorts, substituted: Substituted): Set<string> =>
  new Set(
    [...view.copiesAt(me).filter(({ holderDevice }) => holderDevice === deviceId), ...substituted].map(
      ({ owner, subject }) => `${owner} ${subject}`,
    ),
  )

const endBlocks = async ({ services }: LeasingPorts, kept: ReadonlySet<string>): Promise<boolean> => {
  const { store } = services.platform
  const leased = await store.read(['blockMeta'], listLeased)
  const over = leased.filter(({ cid, owner }) => !kept.has(`${owner} block ${cidToString(cid)}`))
  for (let at = 0; at < over.length; at += STEP)
    await store.write(TABLES, 'relaxed', async (tx) => {
      for (const { cid, owner } of over.slice(at, at + STEP)) await endBlockLease(tx, cid, owner)
    })
  return over.length > 0
}

const deleteLog = async (tx: WriteTransaction, key: readonly [Uint8Array, number]): Promise<void> => {
  for (const table of ['segments', 'payloads'] as const) await tx.deleteRange(table, { prefix: key })
  await tx.delete('logs', key)
}

/** Public entries of somebody may be shown, because they were offered or followed once: those logs stay. */
const isShown = ({ services }: LeasingPorts, person: string, log: number): boolean => {
  const row = services.persons.get(person)
  return logKind(log) === LOG_FEED && row !== undefined && row.offers + row.posts > 0
}

const endLogs = async (ports: LeasingPorts, kept: ReadonlySet<string>): Promise<boolean> => {
  const { services, me } = ports
  const { store, clock } = services.platform
  const rows = await store.read(['logs'], (tx) => tx.list<LogRow>('logs'))
  const isOver = ([device, log]: readonly [Uint8Array, number], person: string): boolean =>
    person !== me &&
    !kept.has(`${person} log ${bytesToHex(device)} ${log}`) &&
    !isKeptFor({ ...services, clock }, person, log) &&
    !(logKind(log) === LOG_LEDGER && [...kept].some((thing) => thing.startsWith(`${person} `))) &&
    // [KP5] What a keeper has goes when the keeper stops or is asked no longer, not because a record ran out.
    !wasKeptFor(services.persons.get(person), me) &&
    !isShown(ports, person, log)
  const over = rows.map(({ key, value }) => ({ key: key as readonly [Uint8Array, number], ...value }))
  const gone = over.filter(({ key, person }) => isOver(key, person))
  for (const { key } of gone) await store.write(TABLES, 'relaxed', (tx) => deleteLog(tx, key))
  return gone.length > 0
}

/**
 * Looks through what is kept under leases, and in place of others, by the ledger as it was an hour ago.
 * @returns those for whom something is kept still
 */
export const letGo = async (ports: LeasingPorts, substituted: Substituted): Promise<ReadonlySet<string>> => {
  const kept = thingsKept(ports.book.view(ports.services.platform.clock.now() - CLOCK_SKEW), ports, substituted)
  const [blocks, logs] = [await endBlocks(ports, kept), await endLogs(ports, kept)]
  if (blocks || logs) ports.services.changes.emit('storage', 'logs-gone')
  return new Set([...kept].map((thing) => thing.slice(0, thing.indexOf(' '))).filter((owner) => owner !== ports.me))
}
