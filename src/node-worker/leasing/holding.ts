/**
 * The holder's side: which leases this device signs for, and what it keeps because of them. A lease is accepted when the
 * door is open to it, signed for when all that it names is here, and let go an hour after it ended. Rules EC5, EC6, EC9.
 */

import { bytesToHex, equalBytes, hexToBytes } from '../../core/bytes.ts'
import { checkLeaseTerms } from '../../core/economy/lease-terms.ts'
import type { EntryId, LeaseFact } from '../../core/economy/ledger-facts.ts'
import { checkSigning, type SigningRefusal } from '../../core/economy/signing.ts'
import type { Lease } from '../../core/economy/statement-types.ts'
import { err, type Result } from '../../core/result.ts'
import { MAX_LEASES_PER_MESSAGE, MAX_RECEIPTS_PER_MESSAGE } from '../../core/sync/lease-codec.ts'
import { isLeasedHere, wantLeased } from './leased-copy.ts'
import type { LeasingPorts, OwnerLine } from './ports.ts'

/** Leases of one peer that wait for what they name; more are not looked at before some of these are settled. */
export const MAX_WAITING = 4096

/** A lease that a peer asks to sign for. */
interface Waiting {
  isAccepted: boolean
}

/** Why a lease is not signed for, as it is told to the owner. */
interface Reason {
  readonly type: string
  readonly missing?: number
}

/** Whether leases may be signed for, as the ledger was when a look began. */
interface Door {
  refusalOf(lease: Lease, fact: LeaseFact): Reason | undefined
  /** A lease was signed for, and takes room from now on. */
  signed(fact: LeaseFact): void
}

const toReason = (refusal: SigningRefusal): Reason => ({
  type: refusal.type,
  ...('missing' in refusal && typeof refusal.missing === 'number' && { missing: refusal.missing }),
})

/** What became of one lease in one look. */
type Outcome = { readonly receipt: Uint8Array } | { readonly refused: Reason } | 'waiting'

/** See the module's doc. */
export interface Holding {
  /** A peer asks for signatures. */
  sign(line: OwnerLine, leases: readonly Uint8Array[]): void
  /** Looks again at what waits: something came, or the ledger changed. */
  look(): Promise<void>
  /** Whether a lease was accepted that is not signed for yet. */
  isAccepted(lease: EntryId): boolean
  /** The peer is gone. */
  leave(line: OwnerLine): void
}

/** Nothing is kept for anybody yet. `promised`: steps that are taken without a lease. */
export const createHolding = (ports: LeasingPorts, onAccepted: () => void, promised: () => number): Holding => {
  const { services, book, me, device } = ports
  const { persons, platform } = services
  // By peer: who asks for a lease of somebody else gets an answer, and takes none away.
  const waiting = new Map<OwnerLine, Map<EntryId, Waiting>>()

  const trusts = (person: string): boolean => {
    const row = persons.get(person)
    return row?.relation === 'me' || row?.relation === 'following'
  }

  /** Why the lease is none for this device, whatever the ledger says. */
  const misfit = ({ person, subject, holder }: Lease, line: OwnerLine): Reason | undefined => {
    if (person !== line.session.person) return { type: 'not-yours' }
    if (holder.person !== me || !equalBytes(holder.device, device)) return { type: 'not-this-device' }
    if (persons.relation(person) === 'blocked') return { type: 'blocked' }
    return subject.kind === 'record' ? { type: 'not-kept' } : undefined
  }

  /** The ledger is read once a look: that costs more than to hold all leases against it. */
  const openDoor = (): Door => {
    const view = book.view()
    let signed = promised()
    const check = (fact: LeaseFact): Result<number, Reason> => {
      const checked = checkSigning(view, fact, trusts, signed)
      return checked.ok ? checked : err(toReason(checked.error))
    }
    return {
      refusalOf(lease, fact) {
        const terms = checkLeaseTerms(lease, platform.clock.now())
        if (!terms.ok) return terms.error
        const checked = check(fact)
        return checked.ok ? undefined : checked.error
      },
      signed(fact) {
        const checked = check(fact)
        if (checked.ok) signed += checked.value
      },
    }
  }

  /** More of the owner's ledger is still coming. */
  const isEarly = (reason: Reason | undefined): boolean => reason?.type === 'ledger-incomplete'

  const settle = async (line: OwnerLine, id: EntryId, wait: Waiting, door: Door): Promise<Outcome> => {
    const found = book.lease(id)
    // Its ledger is still coming.
    if (!found) return 'waiting'
    const { lease, fact } = found
    const unfit = misfit(lease, line)
    if (unfit) return { refused: unfit }
    const held = book.receipt(id)
    if (held) return { receipt: held.bytes }
    if (!wait.isAccepted) {
      const refused = door.refusalOf(lease, fact)
      if (isEarly(refused)) return 'waiting'
      if (refused) return { refused }
      if (!(await wantLeased(services, lease))) return { refused: { type: 'full' } }
      wait.isAccepted = true
    }
    const here = await isLeasedHere(services, lease)
    if (typeof here !== 'boolean') return { refused: here }
    if (!here) return 'waiting'
    // Asked again: it may have been released, or the owner barred, while it came.
    const refused = door.refusalOf(lease, fact)
    if (refused) return { refused }
    const signed = await book.sign({ kind: 'receipt', lease: hexToBytes(id) })
    door.signed(fact)
    return { receipt: signed.bytes }
  }

  const lookAt = async (line: OwnerLine, asked: Map<EntryId, Waiting>, door: Door): Promise<void> => {
    const receipts: Uint8Array[] = []
    const refused = new Map<string, { readonly reason: Reason; readonly leases: Uint8Array[] }>()
    for (const [id, wait] of asked) {
      const outcome = await settle(line, id, wait, door)
      if (outcome === 'waiting') continue
      asked.delete(id)
      if ('receipt' in outcome) receipts.push(outcome.receipt)
      else {
        const { refused: reason } = outcome
        const same = refused.get(reason.type) ?? { reason, leases: [] }
        refused.set(reason.type, { reason, leases: [...same.leases, hexToBytes(id)] })
      }
    }
    for (let i = 0; i < receipts.length; i += MAX_RECEIPTS_PER_MESSAGE)
      line.send({ type: 'signed', receipts: receipts.slice(i, i + MAX_RECEIPTS_PER_MESSAGE) })
    for (const { reason, leases } of refused.values())
      for (let i = 0; i < leases.length; i += MAX_LEASES_PER_MESSAGE)
        line.send({
          type: 'refused',
          leases: leases.slice(i, i + MAX_LEASES_PER_MESSAGE),
          reason: reason.type,
          missing: Math.max(0, reason.missing ?? 0),
        })
  }

  const acceptedCount = (): number =>
    [...waiting.values()].flatMap((asked) => [...asked.values()]).filter(({ isAccepted }) => isAccepted).length

  return {
    sign(line, leases) {
      const asked = waiting.get(line) ?? new Map<EntryId, Waiting>()
      waiting.set(line, asked)
      for (const id of leases.map(bytesToHex))
        if (asked.size < MAX_WAITING && !asked.has(id)) asked.set(id, { isAccepted: false })
    },
    async look() {
      const before = acceptedCount()
      const door = openDoor()
      for (const [line, asked] of waiting) await lookAt(line, asked, door)
      if (acceptedCount() > before) {
        onAccepted()
        services.changes.emit('storage')
      }
    },
    isAccepted: (lease) => [...waiting.values()].some((asked) => asked.get(lease)?.isAccepted === true),
    leave: (line) => void waiting.delete(line),
  }
}
