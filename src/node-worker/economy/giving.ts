/** What this device gives: the first pledge, which nobody is asked for, and what a person then chooses. Rules Q37, Q38. */
import { bytesToHex } from '../../core/bytes.ts'
import { MAX_SLOTS } from '../../core/economy/economy-limits.ts'
import { LedgerType, STATEMENT_VERSION } from '../../core/economy/statement-types.ts'
import { SLOT_BYTES } from '../../core/economy/units.ts'
import { err, ok, type Result } from '../../core/result.ts'
import type { KithError } from '../../rpc/errors.ts'
import type { RequestContext } from '../api/requests.ts'
import type { InternalServices } from '../internal-services.ts'
import type { Also } from '../log/append.ts'
import type { StorageEstimate } from '../platform.ts'
import { createMutex } from '../stores/mutex.ts'
import type { LedgerBook } from './ledger-book.ts'

/** Slots given where the browser does not tell what it has: 64 MiB. */
export const SLOTS_UNTOLD = 256
/** Least and most slots given without asking: 4 MiB, 2 GiB. */
export const LEAST_FIRST_SLOTS = 16
export const MOST_FIRST_SLOTS = 8_192
/** Of what the browser allows, the part that is given without asking. */
const FIRST_SHARE = 1 / 10

/** [Q38] Slots that this device can give, one's own things included. */
export const mostSlots = ({ quota }: Pick<StorageEstimate, 'quota'>): number =>
  quota === undefined ? MAX_SLOTS : Math.min(MAX_SLOTS, Math.floor(quota / SLOT_BYTES))

/** [Q37] What a device gives before anybody chose. */
export const firstSlots = ({ quota }: Pick<StorageEstimate, 'quota'>): number => {
  if (quota === undefined) return SLOTS_UNTOLD
  const share = Math.floor((quota * FIRST_SHARE) / SLOT_BYTES)
  return Math.min(MOST_FIRST_SLOTS, Math.max(LEAST_FIRST_SLOTS, share))
}

/** See the module's doc. */
export interface Giving {
  /** Slots of this device's newest pledge; undefined before the first. */
  slots(): number | undefined
  /** Pledges once, when there is a person and no pledge of this device. @throws as {@link LedgerBook.say} */
  pledgeFirst(): Promise<void>
  give(slots: number, context: RequestContext): Promise<Result<Record<never, never>, KithError>>
}

/** Over the ledger of this device. */
export const createGiving = ({ account, platform }: InternalServices, book: LedgerBook): Giving => {
  // What a person chose must not be followed by what is given without asking.
  const inOrder = createMutex()
  const pledge = (person: string, slots: number) =>
    ({ type: LedgerType.pledge, body: { version: STATEMENT_VERSION, person, slots } }) as const

  const slots = (): number | undefined => {
    const self = account.self()
    const device = self && bytesToHex(self.device.signer.publicKey)
    let newest: { readonly seq: number; readonly slots: number } | undefined
    for (const { fact } of book.all()) {
      if (fact.kind !== 'pledge' || fact.device !== device) continue
      if (!newest || fact.seq > newest.seq) newest = fact
    }
    return newest?.slots
  }

  return {
    slots,
    pledgeFirst: () =>
      inOrder(async () => {
        const self = account.self()
        if (!self || slots() !== undefined) return
        const estimate = await platform.storageEstimate()
        await book.say([pledge(self.person, firstSlots(estimate))])
      }),
    async give(wanted, context) {
      const self = account.self()
      if (!self) return err({ type: 'no-person' })
      const most = mostSlots(await platform.storageEstimate())
      if (!Number.isInteger(wanted) || wanted < 0 || wanted > most) {
        return err({ type: 'out-of-range', what: 'slots', least: 0, most })
      }
      const remember: Also = async (tx) => {
        await context.remember(tx, {})
        return []
      }
      await inOrder(() => book.say([pledge(self.person, wanted)], remember))
      return ok({})
    },
  }
}
