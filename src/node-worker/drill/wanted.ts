/** What should come back: which entries of which logs, and which blocks. Rule [RC18]. */
import { type Cid, cidToString } from '../../core/blocks/cid.ts'
import { LOG_LEDGER, logKind } from '../../core/logs/log-id.ts'
import { commonRanges, missingRanges, rangeSize, type SeqRange } from '../../core/sync/ranges.ts'
import { listReferred } from '../files/kept-blocks.ts'
import { isMadeHere } from '../person/record-rows.ts'
import type { NodeServices } from '../services.ts'

/** A log, and what of it is to come. */
export interface WantedLog {
  readonly device: Uint8Array
  readonly log: number
  readonly ranges: readonly SeqRange[]
}

/** See the module's doc. */
export interface Wanted {
  readonly logs: readonly WantedLog[]
  readonly blocks: readonly WantedBlock[]
}

/** A block that something of the person's refers to. */
export interface WantedBlock {
  readonly cid: Cid
  /** Bytes; 0 when it is not here either. */
  readonly size: number
}

type Ports = Pick<NodeServices, 'logs' | 'platform'>

/** The blocks that the person's things refer to, here or not. Those of key events and of shares are made anew by every device. */
export const listWantedBlocks = async ({ platform }: Ports, person: string): Promise<WantedBlock[]> => {
  const referred = await platform.store.read(['blockMeta'], (tx) => listReferred(tx, isMadeHere))
  return referred.filter(({ persons, isFile: made }) => !made && persons.includes(person))
}

/** Everything of the person's but ledgers: those say who holds it, and change with every look. */
export const listWanted = async (services: Ports, person: string): Promise<Wanted> => {
  const heads = await services.logs.heads(person)
  const logs = heads
    .filter(({ log }) => logKind(log) !== LOG_LEDGER)
    .map(({ device, log, ranges, hollow }) => ({ device, log, ranges: missingRanges(ranges, hollow) }))
  return { logs, blocks: await listWantedBlocks(services, person) }
}

/** How many entries and blocks there are. */
export const wantedCount = ({ logs, blocks }: Wanted): number =>
  logs.reduce((sum, { ranges }) => sum + rangeSize(ranges), blocks.length)

/** How many of them a node has. Nothing is compared yet. */
export const countHere = async (services: Ports, { logs, blocks }: Wanted): Promise<number> => {
  const referred = await services.platform.store.read(['blockMeta'], (tx) => listReferred(tx, () => true))
  const here = new Set(referred.flatMap(({ cid, size }) => (size > 0 ? [cidToString(cid)] : [])))
  let count = blocks.filter(({ cid }) => here.has(cidToString(cid))).length
  for (const { device, log, ranges } of logs) {
    const head = await services.logs.head(device, log)
    if (head) count += rangeSize(commonRanges(ranges, missingRanges(head.ranges, head.hollow)))
  }
  return count
}
