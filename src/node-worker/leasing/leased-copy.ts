/** What a lease names, as something to be fetched and kept here. Rule EC6 of docs/protocol/98-leases.md. */
import { cidToString } from '../../core/blocks/cid.ts'
import { checkLeasedBlock, type NotTheBlock } from '../../core/economy/lease-terms.ts'
import type { Lease } from '../../core/economy/statement-types.ts'
import { leaseBlock } from '../files/references.ts'
import { heldFromStart } from '../replication/access.ts'
import type { NodeServices } from '../services.ts'
import { unlessFull } from '../stores/unless-full.ts'

const TABLES = ['meta', 'blocks', 'blockMeta', 'queue'] as const

/**
 * From here on what the lease names is wanted here.
 * @returns false when there is no room for it
 */
export const wantLeased = async ({ persons, platform }: NodeServices, { person, subject }: Lease): Promise<boolean> => {
  await persons.keep(person)
  if (subject.kind !== 'block') return true
  const stored = await unlessFull(() =>
    platform.store.write(TABLES, 'relaxed', (tx) => leaseBlock(tx, subject.cid, person)),
  )
  return stored.ok
}

/** Whether all that the lease names is here; a reason when it never will be. */
export const isLeasedHere = async ({ files, logs }: NodeServices, lease: Lease): Promise<boolean | NotTheBlock> => {
  const { subject } = lease
  if (subject.kind === 'log') {
    const head = await logs.head(subject.device, subject.log)
    return heldFromStart(head?.ranges ?? []) >= subject.seq
  }
  if (subject.kind !== 'block') return false
  const bytes = await files.get(cidToString(subject.cid))
  if (!bytes) return false
  const checked = checkLeasedBlock(lease, bytes)
  return checked.ok ? true : checked.error
}
