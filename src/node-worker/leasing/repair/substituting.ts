/**
 * The substitute's side: a holder asks this device to keep what it holds of an absent owner besides it, because another
 * holder was lost. Nothing is signed, since only the owner leases; the owner is told as soon as they meet, and leases it
 * here or elsewhere. Rules EC15 to EC17 of docs/protocol/98-leases.md.
 */
import { bytesToHex, equalBytes, hexToBytes } from '../../../core/bytes.ts'
import { CLOCK_SKEW } from '../../../core/economy/economy-limits.ts'
import type { DeviceId, EntryId, SubjectKey } from '../../../core/economy/ledger-facts.ts'
import type { Copy, LedgerView } from '../../../core/economy/ledger-view.ts'
import { checkStanding, STRANGER_RATION } from '../../../core/economy/occupation.ts'
import type { Lease } from '../../../core/economy/statement-types.ts'
import type { PersonId } from '../../../core/identity/key-event-types.ts'
import { SURPLUS_PATIENCE_MS } from '../../../core/placement/surplus.ts'
import { err, ok, type Result } from '../../../core/result.ts'
import { MAX_LEASES_PER_MESSAGE } from '../../../core/sync/lease-codec.ts'
import { unlessFull } from '../../stores/unless-full.ts'
import type { OutsideLedger } from '../agreements.ts'
import { isLeasedHere, wantLeased } from '../leased-copy.ts'
import type { LeasingPorts, OwnerLine } from '../ports.ts'
import { bySubject, type Count } from './losses.ts'
import { dropSubstituted, listSubstituted, putSubstituted, type Substituted } from './substituted.ts'

/** [EC15] At most this share of what a device gives is kept in place of others. */
export const SUBSTITUTED_SHARE = 1 / 4
/** [EC17] The reason with which a substitute takes back what it said. */
export const LET_GO = 'let-go'
/** What one peer asks for and did not come yet. */
export const MAX_ASKED = 1024

/** See the module's doc. */
export interface Substituting {
  /** A holder asks. */
  ask(line: OwnerLine, owner: PersonId, leases: readonly Uint8Array[]): void
  /** Looks again at what was asked for and what is kept, and tells the peers of `lines` whom it concerns. */
  look(lines: Iterable<OwnerLine>): Promise<void>
  /** What is kept here, or being fetched. */
  substituted(): OutsideLedger['substituted']
  /** Steps that it takes. */
  steps(): number
  leave(line: OwnerLine): void
}

type Refusal = { readonly type: string }
type Verdict = 'waiting' | 'here' | Refusal

const nameOf = (owner: PersonId, subject: SubjectKey): string => `${owner} ${subject}`

/** What is known of other holders. */
export interface HoldersKnown {
  /** Counts copies of an owner's things, this device's not among them. */
  counter(owner: PersonId, view: LedgerView): (subject: SubjectKey) => Count
  /** When a device was last here, milliseconds since 1970; 0 for never. */
  lastSeen(device: DeviceId): number
}

/** Reads what is kept. */
export const openSubstituting = async (
  ports: LeasingPorts,
  { counter, lastSeen }: HoldersKnown,
): Promise<Substituting> => {
  const { services, book, me, deviceId } = ports
  const { platform, persons } = services
  const { store, clock } = platform
  const stored = await listSubstituted(store)
  const kept = new Map(stored.map((row) => [nameOf(row.owner, row.subject), row]))
  const asked = new Map<OwnerLine, Map<EntryId, PersonId>>()
  const coming = new Map<string, { readonly row: Substituted; readonly line: OwnerLine }>()
  const told = new WeakMap<OwnerLine, Set<string>>()

  const all = (): Substituted[] => [...kept.values(), ...[...coming.values()].map(({ row }) => row)]
  const stepsOf = (rows: readonly Substituted[]): number => rows.reduce((sum, { used }) => sum + used, 0)

  const roomFor = (owner: PersonId, view: LedgerView): number => {
    const own = view.devices(me).find(({ device }) => device === deviceId)
    const share = Math.floor((own?.given ?? 0) * SUBSTITUTED_SHARE) - stepsOf(all())
    const room = Math.min(share, (own?.room ?? 0) - stepsOf(all()))
    if (persons.relation(owner) === 'following') return room
    return Math.min(room, STRANGER_RATION - stepsOf(all().filter((row) => row.owner === owner)))
  }

  /** Why nothing is kept for this lease, whatever there is room for. */
  const misfit = ({ person, subject, holder }: Lease, owner: PersonId, { session }: OwnerLine): Refusal | undefined => {
    const isTheirs = holder.person === session.person && equalBytes(holder.device, session.device)
    if (!isTheirs || person !== owner || owner === me || subject.kind === 'record') return { type: 'not-yours' }
    return persons.relation(owner) === 'blocked' ? { type: 'blocked' } : undefined
  }

  /** What is kept for this lease from now on, or why nothing is. */
  const check = (
    { person: owner, holder }: Lease,
    id: EntryId,
    view: LedgerView,
  ): Result<Pick<Substituted, 'subject' | 'used'>, Refusal> => {
    const standing = checkStanding(view, owner, [holder.person])
    if (standing) return err(standing)
    const copy = view.copiesOf(owner).find(({ leases }) => leases.some((lease) => lease.id === id))
    if (!copy) return err({ type: 'not-in-force' })
    const isHolder = view.copiesOf(owner).some((other) => other.subject === copy.subject && other.holderPerson === me)
    if (isHolder) return err({ type: 'same-person' })
    // Whether somebody was lost is not asked: who has just come here knows of nobody when they were last seen.
    if (view.balance(owner).free < 0) return err({ type: 'over-balance' })
    const { used } = copy
    return used > roomFor(owner, view) ? err({ type: 'no-room' }) : ok({ subject: copy.subject, used })
  }

  const settle = async (line: OwnerLine, id: EntryId, owner: PersonId, view: LedgerView): Promise<Verdict> => {
    const lease = book.lease(id)?.lease
    if (!lease) return 'waiting'
    const unfit = misfit(lease, owner, line)
    if (unfit) return unfit
    const subject = book.lease(id)?.fact.subject
    if (!all().some((row) => row.owner === owner && row.subject === subject)) {
      const checked = check(lease, id, view)
      if (!checked.ok) return checked.error.type === 'ledger-incomplete' ? 'waiting' : checked.error
      if (!(await wantLeased(services, lease))) return { type: 'full' }
      const row = { owner, ...checked.value, since: clock.now() }
      coming.set(nameOf(owner, row.subject), { row, line })
    }
    const here = await isLeasedHere(services, lease)
    if (typeof here !== 'boolean') return here
    return here ? 'here' : 'waiting'
  }

  /** Nobody else's question ends what is being fetched for a peer. */
  const giveUp = (line: OwnerLine, name: string): void => {
    if (coming.get(name)?.line === line) coming.delete(name)
  }

  const keep = async (name: string): Promise<boolean> => {
    const row = coming.get(name)?.row
    if (!row) return kept.has(name)
    const written = await unlessFull(() => putSubstituted(store, row, 'strict'))
    coming.delete(name)
    if (written.ok) kept.set(name, row)
    return written.ok
  }

  const refuse = (line: OwnerLine, reason: string, leases: readonly EntryId[]): void => {
    for (let i = 0; i < leases.length; i += MAX_LEASES_PER_MESSAGE) {
      const part = leases.slice(i, i + MAX_LEASES_PER_MESSAGE).map(hexToBytes)
      line.send({ type: 'refused', leases: part, reason, missing: 0 })
    }
  }

  const settleAll = async (view: LedgerView): Promise<void> => {
    for (const [line, wanted] of asked) {
      const refused = new Map<string, EntryId[]>()
      for (const [id, owner] of wanted) {
        const verdict = await settle(line, id, owner, view)
        if (verdict === 'waiting') continue
        wanted.delete(id)
        const name = nameOf(owner, book.lease(id)?.fact.subject ?? '')
        const reason = verdict !== 'here' ? verdict.type : (await keep(name)) ? undefined : 'full'
        if (reason === undefined) told.get(line)?.delete(name)
        else {
          giveUp(line, name)
          refused.set(reason, [...(refused.get(reason) ?? []), id])
        }
      }
      for (const [reason, leases] of refused) refuse(line, reason, leases)
    }
  }

  const keptOwners = (): Set<PersonId> => new Set([...kept.values()].map(({ owner }) => owner))

  const drop = async (row: Substituted): Promise<void> => {
    kept.delete(nameOf(row.owner, row.subject))
    await dropSubstituted(store, row)
  }

  /** Whoever counted on it counts on it no more. */
  const tellLetGo = ({ owner, subject }: Substituted, copies: readonly Copy[], lines: readonly OwnerLine[]): void => {
    const leases = copies.flatMap((copy) => copy.leases.map(({ id }) => id))
    for (const line of lines) if (told.get(line)?.delete(nameOf(owner, subject))) refuse(line, LET_GO, leases)
  }

  /** [EC17] The owner leased it here, leases it no longer, or enough others have had it again for a week. */
  const dropOver = async (owner: PersonId, view: LedgerView, lines: readonly OwnerLine[]): Promise<void> => {
    const things = bySubject(view.copiesOf(owner))
    const past = bySubject(book.view(clock.now() - CLOCK_SKEW).copiesOf(owner))
    const count = counter(owner, view)
    for (const row of [...kept.values()].filter((known) => known.owner === owner)) {
      const copies = things.get(row.subject) ?? []
      const isMine = copies.some(({ holderDevice, held }) => holderDevice === deviceId && held > 0)
      const isLeased = copies.length > 0 || past.has(row.subject)
      const { alive, wanted } = count(row.subject)
      const back = alive.filter(({ device }) => lastSeen(String(device)) > row.since)
      const isSurplus = back.length >= wanted && clock.now() - row.since >= SURPLUS_PATIENCE_MS
      if (!isMine && isLeased && !isSurplus) continue
      await drop(row)
      tellLetGo(row, copies, lines)
    }
  }

  /** The leases by which peers know what is kept here. */
  const leasesFor = (line: OwnerLine, view: LedgerView): EntryId[] => {
    const known = told.get(line) ?? new Set()
    told.set(line, known)
    const { person, device } = line.session
    const peer = bytesToHex(device)
    return [...keptOwners()].flatMap((owner) => {
      const things = bySubject(view.copiesOf(owner))
      const isConcerned = person === owner || view.copiesOf(owner).some(({ holderDevice }) => holderDevice === peer)
      if (!isConcerned) return []
      return [...kept.values()].flatMap((row) => {
        const name = nameOf(owner, row.subject)
        const lease = row.owner === owner ? things.get(row.subject)?.[0]?.leases[0] : undefined
        if (!lease || known.has(name)) return []
        known.add(name)
        return [lease.id]
      })
    })
  }

  const tell = (lines: Iterable<OwnerLine>, view: LedgerView): void => {
    if (kept.size === 0) return
    for (const line of lines) {
      const leases = leasesFor(line, view)
      for (let i = 0; i < leases.length; i += MAX_LEASES_PER_MESSAGE)
        line.send({ type: 'substituting', leases: leases.slice(i, i + MAX_LEASES_PER_MESSAGE).map(hexToBytes) })
    }
  }

  return {
    ask(line, owner, leases) {
      const wanted = asked.get(line) ?? new Map<EntryId, PersonId>()
      asked.set(line, wanted)
      for (const id of leases.map(bytesToHex)) if (wanted.size < MAX_ASKED) wanted.set(id, owner)
    },
    async look(lines) {
      if (asked.size === 0 && kept.size === 0) return
      const view = book.view()
      await settleAll(view)
      for (const owner of keptOwners()) await dropOver(owner, view, [...lines])
      tell(lines, view)
    },
    substituted: all,
    steps: () => stepsOf(all()),
    leave(line) {
      // What has not come by now is not waited for: whoever asked asks somebody else.
      asked.delete(line)
      for (const name of coming.keys()) giveUp(line, name)
    },
  }
}
