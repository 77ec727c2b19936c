/**
 * Whether holders still reach what they signed for: owners ask for proofs of blocks, holders answer. Rule EC12, Q11 to Q15.
 */
import { cidToString } from '../../core/blocks/cid.ts'
import { bytesToHex, equalBytes, hexToBytes } from '../../core/bytes.ts'
import { MAX_ENDED_LEASES, PROOF_WINDOW } from '../../core/economy/economy-limits.ts'
import { answerChallenge, isTimely } from '../../core/economy/judge-proof.ts'
import type { EntryId } from '../../core/economy/ledger-facts.ts'
import type { Copy, LedgerView } from '../../core/economy/ledger-view.ts'
import { CHALLENGE_SALT_BYTES, decodeProof, decodeStatement } from '../../core/economy/statement-codec.ts'
import type { Challenge, SignedStatement } from '../../core/economy/statement-types.ts'
import { checkStatement } from '../../core/economy/verify-statement.ts'
import { PROOF_COUNTS_MS } from '../../core/placement/liveness.ts'
import type { LedgerBook } from '../economy/ledger-book.ts'
import type { HolderLine, LeasingPorts, OwnerLine } from './ports.ts'

const DAY = 86_400_000
/** [EC12] A block is asked for again when its last proof is so old. */
export const PROOF_INTERVAL = 7 * DAY
/** [EC12] One lease is asked for at most so often. */
export const CHALLENGE_INTERVAL = DAY
/** Challenges on their way to one peer. */
export const MAX_CHALLENGES = 16
/** Answers that a holder makes for one session in a minute: each costs it a block read and hashed. */
export const MAX_ANSWERS_PER_MINUTE = 64

/** See the module's doc; the owner's side. */
export interface Challenging {
  /** Asks the holder of one of these copies, where it is time. */
  ask(line: HolderLine, view: LedgerView, copies: readonly Copy[]): Promise<void>
  /** A holder answered. */
  answered(line: HolderLine, proof: Uint8Array): Promise<void>
  /** [EC12] Whether a copy counts no more, because its holder was asked in vain. */
  isUnproven(copy: Copy): boolean
  leave(line: HolderLine): void
}

const isBlock = ({ subject }: Copy): boolean => subject.startsWith('block ')

/**
 * When a copy was last proven, milliseconds since 1970. [PL13] The first receipt for a block is a proof and those for
 * its renewals are none, or whoever signs and never answers would count for ever. Logs are not asked for.
 */
export const lastProofOf = (book: LedgerBook, view: LedgerView, copy: Copy): number => {
  const proofs = view.proofsOf(copy).map(({ time }) => time)
  const receipts = copy.leases.flatMap(({ id }) => book.receipt(id)?.heard ?? []).sort((a, b) => a - b)
  return Math.max(0, ...proofs, ...(isBlock(copy) ? receipts.slice(0, 1) : receipts))
}

/** The lease of a copy under which a proof can be asked for. */
const provable = ({ book }: LeasingPorts, copy: Copy): EntryId | undefined =>
  isBlock(copy) ? copy.leases.find(({ id }) => book.receipt(id))?.id : undefined

/** Nothing was asked yet. */
export const createChallenging = (ports: LeasingPorts): Challenging => {
  const { book, services } = ports
  const { clock, random } = services.platform
  const open = new Map<HolderLine, Map<string, SignedStatement<Challenge>>>()
  const asked = new Map<EntryId, number>()
  /** Since when an answer has been owed. */
  const owed = new Map<EntryId, number>()

  const challenge = async (line: HolderLine, lease: EntryId): Promise<void> => {
    const salt = random.bytes(CHALLENGE_SALT_BYTES)
    const { device: holder } = line.session
    const signed = await book.sign({ kind: 'challenge', lease: hexToBytes(lease), holder, salt })
    open.set(line, (open.get(line) ?? new Map()).set(bytesToHex(signed.hash), signed))
    asked.set(lease, clock.now())
    owed.set(lease, owed.get(lease) ?? clock.now())
    line.send({ type: 'challenge', statement: signed.bytes })
  }

  /** Who is silent for longer than a proof may take is asked something else. */
  const forgetLate = (line: HolderLine): void => {
    const now = clock.now()
    for (const [hash, { statement }] of open.get(line) ?? [])
      if (!isTimely(statement, now)) open.get(line)?.delete(hash)
  }

  return {
    async ask(line, view, copies) {
      forgetLate(line)
      const now = clock.now()
      for (const copy of copies) {
        if ((open.get(line)?.size ?? 0) >= MAX_CHALLENGES) return
        const lease = copy.holderDevice === line.device && copy.held > 0 ? provable(ports, copy) : undefined
        if (lease === undefined || now - (asked.get(lease) ?? 0) < CHALLENGE_INTERVAL) continue
        if (now - lastProofOf(book, view, copy) >= PROOF_INTERVAL) await challenge(line, lease)
      }
    },

    async answered(line, bytes) {
      const decoded = decodeProof(bytes)
      const hash = decoded.ok ? bytesToHex(decoded.value.statement.challenge) : ''
      const asking = open.get(line)?.get(hash)
      open.get(line)?.delete(hash)
      const known = asking && book.lease(bytesToHex(asking.statement.lease))
      if (!asking || !known) return services.refusals.count('bad-statement')
      const evidence = { lease: known.evidence, challenge: asking.bytes, proof: bytes }
      const heard = await book.hear({ kind: 'proof', evidence })
      if (!heard.ok) services.refusals.count('bad-statement')
      else if (heard.value.kind === 'warrant') services.refusals.count('wrong-proof')
      else owed.delete(bytesToHex(asking.statement.lease))
    },

    // Whoever comes back after weeks asks first: nobody had a chance to prove anything before that.
    isUnproven(copy) {
      const now = clock.now()
      const isOwed = copy.leases.some(({ id }) => now - (owed.get(id) ?? now) >= PROOF_WINDOW)
      return isOwed && now - lastProofOf(book, book.view(), copy) >= PROOF_COUNTS_MS
    },

    leave: (line) => void open.delete(line),
  }
}

/** See the module's doc; the holder's side. */
export interface Proving {
  /** An owner asks for a proof. */
  prove(line: OwnerLine, statement: Uint8Array): Promise<void>
}

/** Answers what owners ask. */
export const createProving = (ports: LeasingPorts): Proving => {
  const { book, device, services } = ports
  const { files, persons, platform } = services
  const answers = new WeakMap<object, { since: number; count: number }>()

  /** A flood of challenges is dropped, which is no offence (Q12). */
  const mayAnswer = ({ session }: OwnerLine): boolean => {
    const now = platform.clock.now()
    const held = answers.get(session)
    const window = held && now - held.since < 60_000 ? held : { since: now, count: 0 }
    window.count++
    answers.set(session, window)
    return window.count <= MAX_ANSWERS_PER_MINUTE
  }

  /** The lease that is asked for, when it is the peer's to ask and this device's to answer. */
  const readChallenge = async (line: OwnerLine, bytes: Uint8Array) => {
    const decoded = decodeStatement(bytes)
    const statement = decoded.ok ? decoded.value.statement : undefined
    if (!decoded.ok || statement?.kind !== 'challenge') return undefined
    if (statement.person !== line.session.person || !equalBytes(statement.holder, device)) return undefined
    const state = await persons.keyState(statement.person)
    const checked = await checkStatement(decoded.value, { verifier: platform.crypto, keys: () => state })
    const id = bytesToHex(statement.lease)
    const known = book.receipt(id) ? book.lease(id) : undefined
    return checked.ok && known ? { id, lease: known.lease, hash: decoded.value.hash } : undefined
  }

  /** Of all leases of the copy: a renewal that waits for its signature is for the same bytes. */
  const giveNotice = async (line: OwnerLine, id: EntryId): Promise<void> => {
    const ends = platform.clock.now()
    const copies = book.view().copiesOf(line.session.person)
    const copy = copies.find(({ leases }) => leases.some((lease) => lease.id === id))
    const leases = copy?.leases.slice(0, MAX_ENDED_LEASES).map((lease) => lease.id) ?? [id]
    const signed = await book.sign({ kind: 'notice', leases: leases.map(hexToBytes), ends })
    line.send({ type: 'notice', statement: signed.bytes })
  }

  return {
    async prove(line, bytes) {
      if (!mayAnswer(line)) return
      const asked = await readChallenge(line, bytes)
      if (!asked) return services.refusals.count('bad-statement')
      const { id, lease, hash } = asked
      const block = lease.subject.kind === 'block' ? await files.get(cidToString(lease.subject.cid)) : undefined
      const leaves = block && answerChallenge(lease, hash, block)
      if (!leaves?.ok) return giveNotice(line, id)
      const signed = await book.sign({
        kind: 'proof',
        lease: hexToBytes(id),
        challenge: hash,
        leaves: leaves.value,
      })
      line.send({ type: 'proof', statement: signed.bytes })
    },
  }
}
