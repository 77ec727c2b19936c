/** The economy as pages and commands show it: balances in bytes, and the newest statements. */
import { base32Encode, bytesToHex, hexToBytes } from '../../core/bytes.ts'
import { decodeLedgerPayload } from '../../core/economy/ledger-body.ts'
import type { Fact } from '../../core/economy/ledger-facts.ts'
import { decodeStatement } from '../../core/economy/statement-codec.ts'
import { LedgerType } from '../../core/economy/statement-types.ts'
import { SLOT_BYTES, STEP_BYTES } from '../../core/economy/units.ts'
import { MAX_PIECES } from '../../core/placement/redundancy.ts'
import type { EconomyView, GivingDevice, StatementView } from '../../rpc/economy.ts'
import type { PersonCard } from '../../rpc/views.ts'
import type { InternalServices } from '../internal-services.ts'
import { listSubstituted } from '../leasing/repair/substituted.ts'
import type { Self } from '../person/account.ts'
import { type Giving, mostSlots } from './giving.ts'
import type { LedgerBook } from './ledger-book.ts'
import type { Kept } from './ledger-rows.ts'
import { ownSteps } from './own-things.ts'

/** Statements shown at one time. */
export const MAX_STATEMENTS_SHOWN = 200

const bytesOf = (steps: number): number => steps * STEP_BYTES

/** Balances and devices of whoever is signed in; all zero before that. */
export const viewEconomy = async (
  { account, logs, persons, platform, settings }: InternalServices,
  book: LedgerBook,
  giving: Giving,
): Promise<EconomyView> => {
  const self = account.self()
  const ledger = book.view()
  await settings.fresh()
  const wanted = settings.wanted()
  const steps = self ? await ownSteps(platform.store, logs, self.person, wanted) : { own: 0, needed: 0 }
  const balance = ledger.balance(self?.person ?? '')
  const state = self && (await persons.keyState(self.person))
  const devices = ledger.devices(self?.person ?? '').map(({ device, given, held }): GivingDevice => {
    const found = state?.devices.find(({ signing }) => bytesToHex(signing) === device)
    return {
      id: base32Encode(hexToBytes(device)),
      name: found?.name ?? '',
      here: isHere(self, device),
      given: bytesOf(given),
      held: bytesOf(held),
    }
  })
  return {
    slotBytes: SLOT_BYTES,
    given: bytesOf(balance.given),
    used: bytesOf(balance.used),
    pending: bytesOf(balance.pending),
    free: bytesOf(balance.free),
    held: bytesOf(balance.held),
    substituted: bytesOf((await listSubstituted(platform.store)).reduce((sum, { used }) => sum + used, 0)),
    own: bytesOf(steps.own),
    copies: wanted.copies,
    needed: bytesOf(steps.needed),
    devices,
    slotsHere: giving.slots() ?? 0,
    mostSlots: mostSlots(await platform.storageEstimate()),
    mostCopies: MAX_PIECES,
    ...(balance.barred && { barred: balance.barred.offence }),
  }
}

const isHere = (self: Self | undefined, device: string): boolean =>
  self !== undefined && bytesToHex(self.device.signer.publicKey) === device

/** When something was said, as far as it says so. */
const timeOf = ({ fact, shown, heard }: Kept): number | undefined => {
  if (fact.kind === 'proof') return fact.time
  if (fact.kind === 'warrant') return heard
  if (fact.kind === 'pledge') return heard === 0 ? undefined : heard
  if (fact.kind !== 'lease') {
    const decoded = decodeStatement(shown[0]!)
    return decoded.ok ? decoded.value.statement.time : undefined
  }
  const decoded = decodeLedgerPayload(shown[1]!)
  return decoded.ok && decoded.value.type === LedgerType.lease ? decoded.value.body.time : undefined
}

const leasesOf = (fact: Fact): readonly string[] => {
  if (fact.kind === 'lease') return [fact.id]
  if (fact.kind === 'receipt' || fact.kind === 'proof') return [fact.lease]
  return fact.kind === 'release' || fact.kind === 'notice' ? fact.leases : []
}

const toView = ({ fact }: Kept, time: number | undefined, card: (id: string) => PersonCard): StatementView => ({
  kind: fact.kind,
  by: card(fact.person),
  leases: leasesOf(fact),
  ...(time !== undefined && { time }),
  ...(fact.kind === 'pledge' && { slots: fact.slots }),
  ...(fact.kind === 'lease' && { bytes: bytesOf(fact.steps), holder: card(fact.holderPerson), ends: fact.ends }),
  ...(fact.kind === 'notice' && { ends: fact.ends }),
})

/** The newest statements, newest first; a pledge stands behind what its device wrote before it. */
export const listStatements = (
  { personCard }: InternalServices,
  book: LedgerBook,
  limit: number,
): readonly StatementView[] => {
  const known: { readonly kept: Kept; readonly time: number | undefined; readonly after: number }[] = []
  let before = 0
  for (const kept of book.all()) {
    const time = timeOf(kept)
    before = time ?? before
    known.push({ kept, time, after: before })
  }
  return known
    .reverse()
    .sort((a, b) => b.after - a.after)
    .slice(0, Math.max(0, Math.min(limit, MAX_STATEMENTS_SHOWN)))
    .map(({ kept, time }) => toView(kept, time, personCard))
}
