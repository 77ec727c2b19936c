/** What of a person is to be kept elsewhere: the logs of all their devices, and the blocks that their things refer to. */

import { cidToBytes } from '../../core/blocks/cid.ts'
import { MAX_LEASED_BYTES } from '../../core/economy/economy-limits.ts'
import { merkleRoot } from '../../core/economy/merkle.ts'
import type { Subject } from '../../core/economy/statement-types.ts'
import { stepsOf } from '../../core/economy/units.ts'
import { subjectKey } from '../../core/economy/verify-statement.ts'
import { LOG_LEDGER, logKind } from '../../core/logs/log-id.ts'
import { type KeptBlock, listKept } from '../files/kept-blocks.ts'
import { bytesHeld, getLogRow } from '../log/log-row.ts'
import { LOG_FEED, type LogHead } from '../log/log-service.ts'
import type { WantedCopies } from '../person/settings.ts'
import { heldFromStart } from '../replication/access.ts'
import { isShareReference } from '../sharing/share-keys.ts'
import type { ReadTransaction, Store } from '../stores/store.ts'
import type { Thing } from './plan.ts'
import { blockKey, copiesOfBlock, copiesOfLogs } from './wanted.ts'

/** The least that is paid for a log, so that it can grow for a while. Bytes. */
export const LEAST_LOG_BYTES = 32_768

/** What a lease says of a thing. */
export interface LeaseTerms {
  readonly subject: Subject
  /** Bytes. */
  readonly size: number
}

/** A thing, and how its lease is made when one is to be written. */
export interface OwnThing extends Thing {
  /** Undefined when it is gone by now. */
  terms(): Promise<LeaseTerms | undefined>
}

/** [EC2] What is paid for a log of so many bytes: the next of 32 KiB, 64 KiB, … that leaves a quarter of it to grow. */
export const logBytesPaid = (bytes: number): number => {
  let paid = LEAST_LOG_BYTES
  while (paid < (bytes * 4) / 3) paid *= 2
  return Math.min(paid, MAX_LEASED_BYTES.log)
}

/** What brings a person back comes first, what others hold anyway last. */
const rankOf = ({ log }: LogHead): number => (logKind(log) === LOG_FEED ? 1 : 0)

const logThing = (head: LogHead, bytes: number, copies: number): OwnThing => {
  const { device, log } = head
  // Only what is held without a gap can be promised to be the beginning of the log.
  const subject = { kind: 'log', device, log, seq: Math.max(1, heldFromStart(head.ranges)) } as const
  const size = logBytesPaid(bytes)
  return { key: subjectKey(subject), steps: stepsOf(size), copies, terms: async () => ({ subject, size }) }
}

const blockThing = (store: Store, { cid, size }: KeptBlock, copies: number): OwnThing => ({
  key: blockKey(cid),
  steps: stepsOf(size),
  copies,
  async terms() {
    const bytes = await store.read(['blocks'], (tx) => tx.get<Uint8Array>('blocks', [cidToBytes(cid)]))
    return bytes && { subject: { kind: 'block', cid, root: merkleRoot(bytes) }, size: bytes.length }
  },
})

const isToBeLeased = (head: LogHead): boolean => logKind(head.log) !== LOG_LEDGER && heldFromStart(head.ranges) > 0

/** What is held of a log here. */
const logBytes = async (tx: ReadTransaction, { device, log }: LogHead): Promise<number> => {
  const row = await getLogRow(tx, device, log)
  return row ? bytesHeld(row) : 0
}

/**
 * Everything of `person` that is here, logs before blocks.
 * @param heads what is held of the person's logs
 * @param wanted how many copies of what
 */
export const listThings = async (
  store: Store,
  person: string,
  heads: readonly LogHead[],
  wanted: WantedCopies,
): Promise<OwnThing[]> => {
  const leased = heads.filter(isToBeLeased).sort((a, b) => rankOf(a) - rankOf(b))
  const sizes = await store.read(['logs'], (tx) => Promise.all(leased.map((head) => logBytes(tx, head))))
  const ofLogs = await store.read(['posts', 'queue'], (tx) => copiesOfLogs(tx, wanted))
  const kept = await store.read(['blockMeta'], (tx) => listKept(tx, isShareReference))
  // [CP14] What is shared by link is made again out of the note, by any device that has it.
  const own = kept.filter(({ persons, isFile: isOfShare }) => !isOfShare && persons.includes(person))
  return [
    ...leased.map((head, i) => logThing(head, sizes[i]!, ofLogs(head))),
    ...own.map((block) => blockThing(store, block, copiesOfBlock(block, person, wanted))),
  ]
}
