/**
 * What is known to be in foreign storage: one mark a block. What has to be done follows from the marks and from what is
 * kept here, so that nothing is queued that a restart could lose or do twice.
 */
import { type Cid, cidToString, parseCid } from '../../core/blocks/cid.ts'
import type { ReadTransaction, WriteTransaction } from '../stores/store.ts'
import type { NodeSide } from './node-side.ts'

/** Milliseconds after which it is looked whether a block is still there: another device may have deleted it. */
export const RECHECK_AFTER = 604_800_000

/** Row of `queue` under ['foreign', CID]. */
interface Mark {
  /** The base under which it was put. */
  readonly base: string
  readonly size: number
  /** When it was last known to be there. */
  readonly time: number
}

const KIND = 'foreign'

/** One thing to do. */
export interface Step {
  readonly type: 'put' | 'remove'
  readonly cid: Cid
  readonly size: number
}

/** Blocks that are there, and their bytes. */
export interface Stored {
  readonly stored: number
  readonly bytes: number
}

const listMarks = async (tx: ReadTransaction, base: string): Promise<Map<string, Mark>> => {
  const rows = await tx.list<Mark>('queue', { prefix: [KIND] })
  return new Map(rows.filter(({ value }) => value.base === base).map(({ key, value }) => [key[1] as string, value]))
}

/** What is under a base. */
export const countStored = async (tx: ReadTransaction, base: string): Promise<Stored> => {
  const marks = [...(await listMarks(tx, base)).values()]
  return { stored: marks.length, bytes: marks.reduce((sum, { size }) => sum + size, 0) }
}

/**
 * What is to be done under a base, in the order of CIDs: every block of the person that is kept here is to be there, and
 * of what was put there nothing else. Needs a transaction over blockMeta and queue.
 */
export const planSteps = async (
  tx: ReadTransaction,
  {
    base,
    person,
    now,
    listKept,
  }: Pick<NodeSide, 'listKept'> & {
    readonly base: string
    readonly person: string
    readonly now: number
  },
): Promise<Step[]> => {
  const marks = await listMarks(tx, base)
  const steps = new Map<string, Step>()
  for (const { cid, size, persons } of await listKept(tx, () => true)) {
    if (!persons.includes(person)) continue
    const name = cidToString(cid)
    const mark = marks.get(name)
    marks.delete(name)
    if (!mark || mark.time + RECHECK_AFTER < now) steps.set(name, { type: 'put', cid, size })
  }
  for (const [name, { size }] of marks) {
    const cid = parseCid(name)
    if (cid.ok) steps.set(name, { type: 'remove', cid: cid.value, size })
  }
  return [...steps].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, step]) => step)
}

/** Notes that a step was done. */
export const markDone = (
  tx: WriteTransaction,
  { type, cid, size }: Step,
  at: { readonly base: string; readonly now: number },
): Promise<void> => {
  const key = [KIND, cidToString(cid)]
  return type === 'put'
    ? tx.put('queue', key, { base: at.base, size, time: at.now } satisfies Mark)
    : tx.delete('queue', key)
}
