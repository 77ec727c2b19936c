/** The ledger book over a store and the ledger logs in it. */
import { bytesToHex } from '../../core/bytes.ts'
import { decodeLedgerPayload, encodeLedgerPayload, ledgerFields } from '../../core/economy/ledger-body.ts'
import { viewLedger } from '../../core/economy/ledger-view.ts'
import { signStatement } from '../../core/economy/statement-codec.ts'
import {
  LedgerType,
  type SignedStatement,
  STATEMENT_VERSION,
  type UnsignedStatement,
} from '../../core/economy/statement-types.ts'
import { entryIdBytes, verifyStatement } from '../../core/economy/verify-statement.ts'
import { GROUP_ZERO, NETWORK_ZERO } from '../../core/limits.ts'
import { LOG_LEDGER } from '../../core/logs/log-id.ts'
import { SALT_BYTES } from '../../core/logs/payload.ts'
import type { InternalServices } from '../internal-services.ts'
import type { Self } from '../person/account.ts'
import type { KnownLease, LedgerBook, Unsigned } from './ledger-book.ts'
import { createLedgerKeeper, type LedgerKeeper } from './ledger-keeper.ts'

const readLease = ({ memory }: LedgerKeeper, id: string): KnownLease | undefined => {
  const kept = memory.lease(id)
  const [entry, payload] = kept?.shown ?? []
  if (!kept || !entry || !payload) return undefined
  const decoded = decodeLedgerPayload(payload)
  if (!decoded.ok || decoded.value.type !== LedgerType.lease) return undefined
  return { fact: kept.fact, lease: decoded.value.body, evidence: { entry, payload } }
}

const NO_SALT = new Uint8Array(SALT_BYTES)

/** Opens the book: reads what is kept and what stands in the ledger logs here, and follows both from then on. */
export const openLedgerBook = async (services: InternalServices): Promise<LedgerBook> => {
  const { account, logs, persons, platform } = services
  const { clock, crypto: verifier } = platform
  const keeper = createLedgerKeeper(services)
  const { memory, keys } = keeper
  await keeper.open()

  const selfOrThrow = (): Self => {
    const self = account.self()
    if (!self) throw new Error('nobody is signed in')
    return self
  }

  const signNow = async (said: Unsigned): Promise<SignedStatement> => {
    const { person, device } = selfOrThrow()
    const state = await persons.keyState(person)
    if (!state) throw new Error('a person without key events')
    const scope = { version: STATEMENT_VERSION, network: NETWORK_ZERO, group: GROUP_ZERO }
    const signer = { person, device: device.signer.publicKey, keyEvent: state.newest, time: clock.now() }
    // All fields of this kind of statement, in two parts.
    return signStatement({ ...scope, ...signer, ...said } as UnsignedStatement, device.signer)
  }

  return {
    view: (now = clock.now()) => viewLedger(memory.ledger(), { now, keys: keys.get }),
    lease: (id) => readLease(keeper, id),
    receipt(lease) {
      const kept = memory.kept.get(`receipt/${lease}`)
      return kept && { bytes: kept.shown[0]!, heard: kept.heard }
    },
    statementsOf: (lease) => memory.about(lease).flatMap(({ shown }) => shown),
    *all() {
      yield* memory.logged.values()
      yield* memory.kept.values()
    },

    async say(bodies, also) {
      // Before anything is written: what readers would refuse is no entry of a ledger.
      for (const body of bodies) encodeLedgerPayload(body, NO_SALT)
      const entries = bodies.map((body) => ({ type: body.type, body: ledgerFields(body) }))
      const appended = await logs.append(selfOrThrow(), LOG_LEDGER, entries, also)
      await keeper.settled()
      return appended.map(({ hash }) => bytesToHex(entryIdBytes(hash)))
    },

    hear: keeper.hear,

    async sign(said) {
      const signed = await signNow(said)
      const { kind } = signed.statement
      if (kind === 'challenge' || kind === 'proof') return signed
      const verified = await keys.judge((known) => verifyStatement(signed.bytes, { verifier, keys: known }))
      if (!verified.ok || verified.value.kind === 'challenge') throw new Error('an own statement that does not verify')
      await keeper.keep({ fact: verified.value, shown: [signed.bytes] }, 'strict')
      return signed
    },

    close: () => keeper.close(),
  }
}
