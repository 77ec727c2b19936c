/**
 * Who keeps what for whom under leases, as replication asks it: from memory, for every message. It is read out of the
 * ledger whenever that changes; before the ledger is loaded nobody keeps anything. Rules EC2 to EC4 and EC15 of docs/protocol.
 */
import { bytesToHex } from '../../core/bytes.ts'
import type { PersonId } from '../../core/identity/key-event-types.ts'

/** Who is on the other side of a session. */
export interface Peer {
  readonly person: PersonId
  /** Ed25519 public key. */
  readonly device: Uint8Array
}

/** What the ledger says, as sets. Keys of devices are hex, things are named as in the ledger (`subjectKey`). */
export interface Agreements {
  /** Kept on this device: owner → thing → bytes that are paid for. */
  readonly kept: ReadonlyMap<PersonId, ReadonlyMap<string, number>>
  /** Of oneself and of every owner: device of a holder, or of whom this device asked to stand in for one → things. */
  readonly holders: ReadonlyMap<PersonId, ReadonlyMap<string, ReadonlySet<string>>>
}

/** See the module's doc. */
export interface Leases {
  /** Whose things are kept here under leases, and who asks for it. */
  owners(): readonly PersonId[]
  /** [RC20] Whose leases are over, while what leads from their words to them is kept. */
  remembered(): readonly PersonId[]
  /** [EC2] Bytes up to which a log of theirs is kept here, 0 where there is no lease. */
  logRoom(owner: PersonId, device: Uint8Array, log: number): number
  /** [EC3] Whether the ledgers of a person are needed here, to see what they may leave. */
  keepsLedger(owner: PersonId): boolean
  /** [EC3] Whether ledgers of a person may pass between this device and a peer. */
  sharesLedger(owner: PersonId, peer: Peer): boolean
  /** [EC4] Whether a private log may pass between this device and a peer. */
  sharesLog(owner: PersonId, device: Uint8Array, log: number, peer: Peer): boolean
  /** Changes whenever what may pass between this device and a peer of a person changed. */
  token(owner: PersonId, peer: Peer): string
  /** Called after a change. @returns stops it */
  onChange(handler: () => void): () => void
}

/** What the node's own services may do beyond {@link Leases}. */
export interface Standing extends Leases {
  /** Takes over what the ledger says. */
  replace(next: Agreements): void
  /** [RC20] Takes over who is remembered. */
  remember(persons: readonly PersonId[]): void
  /** A peer asks whether something of that owner may be left here. */
  asks(owner: PersonId, peer: Peer): void
  /** This device asks a peer to keep things of its own person. */
  asked(peer: Peer): void
}

/** Owners who ask without having left anything yet; the first ones are forgotten. */
export const MAX_ASKING = 64
/** Pairs of an owner who is away and a peer who asks in their stead; they push out none of those who ask themselves. */
export const MAX_ASKING_FOR_OTHERS = 16

/** The name of a log among things, the same as in the ledger. */
const logName = (device: Uint8Array, log: number): string => `log ${bytesToHex(device)} ${log}`

/** Ids of persons have no spaces. */
const pairOf = (owner: PersonId, { device }: Peer): string => `${owner} ${bytesToHex(device)}`

const addTo = (set: Set<string>, name: string, limit: number): boolean => {
  const isNew = !set.delete(name)
  set.add(name)
  const [first] = set
  if (set.size > limit && first !== undefined) set.delete(first)
  return isNew
}

/** Nobody keeps anything. `me` is asked for each time: the person may not be there yet. */
export const createStanding = (me: () => PersonId | undefined): Standing => {
  const handlers = new Set<() => void>()
  const asking = new Set<PersonId>()
  /** `owner device`: in whose stead which peer asks. */
  const askingForOthers = new Set<string>()
  const askedDevices = new Set<string>()
  let remembered: readonly PersonId[] = []
  let agreed: Agreements = { kept: new Map(), holders: new Map() }

  const tell = (): void => {
    for (const handler of [...handlers]) handler()
  }
  const askedFor = (): PersonId[] => [...asking, ...[...askingForOthers].map((pair) => pair.split(' ')[0]!)]
  const isPartner = (owner: PersonId): boolean => agreed.kept.has(owner) || askedFor().includes(owner)
  const heldBy = (owner: PersonId, { device }: Peer): ReadonlySet<string> | undefined =>
    agreed.holders.get(owner)?.get(bytesToHex(device))

  const sharesLedger: Leases['sharesLedger'] = (owner, peer) => {
    if (owner === me()) return heldBy(owner, peer) !== undefined || askedDevices.has(bytesToHex(peer.device))
    const isAsker = askingForOthers.has(pairOf(owner, peer))
    return isPartner(owner) && (peer.person === owner || isAsker || heldBy(owner, peer) !== undefined)
  }

  const sharesThing = (owner: PersonId, thing: string, peer: Peer): boolean => {
    const isHere = owner === me() || agreed.kept.get(owner)?.has(thing) === true
    return isHere && (peer.person === owner || heldBy(owner, peer)?.has(thing) === true)
  }

  return {
    owners: () => [...new Set([...agreed.kept.keys(), ...askedFor()])],
    remembered: () => remembered,
    logRoom: (owner, device, log) => agreed.kept.get(owner)?.get(logName(device, log)) ?? 0,
    keepsLedger: isPartner,
    sharesLedger,
    sharesLog: (owner, device, log, peer) => sharesThing(owner, logName(device, log), peer),
    token(owner, peer) {
      const kept = agreed.kept.get(owner)
      const things = owner === me() ? heldBy(owner, peer) : kept?.keys()
      const shared = [...(things ?? [])]
        .filter((thing) => sharesThing(owner, thing, peer))
        // What found no room before may have it now.
        .map((thing) => `${thing} ${kept?.get(thing) ?? ''}`)
      return `${sharesLedger(owner, peer)} ${shared.sort().join()}`
    },
    onChange(handler) {
      handlers.add(handler)
      return () => handlers.delete(handler)
    },
    replace(next) {
      agreed = next
      tell()
    },
    remember(persons) {
      if (persons.join() === remembered.join()) return
      remembered = persons
      tell()
    },
    asks(owner, peer) {
      const isNew =
        peer.person === owner
          ? addTo(asking, owner, MAX_ASKING)
          : addTo(askingForOthers, pairOf(owner, peer), MAX_ASKING_FOR_OTHERS)
      if (isNew) tell()
    },
    asked({ device }) {
      if (addTo(askedDevices, bytesToHex(device), MAX_ASKING)) tell()
    },
  }
}
