/**
 * A node that leases, and a peer whose logs pass as anybody's do but whose side of the lease stream is written by the
 * test. Both have real persons, ledgers and sessions.
 */
import { bytesToHex } from '../../../src/core/bytes.ts'
import { type LedgerBody, LedgerType, STATEMENT_VERSION } from '../../../src/core/economy/statement-types.ts'
import { decodeLeaseHolderMessage, decodeOwnerMessage, encodeLeaseMessage } from '../../../src/core/sync/lease-codec.ts'
import type { LeaseHolderMessage, OwnerMessage } from '../../../src/core/sync/lease-messages.ts'
import { StreamKind } from '../../../src/core/sync/messages.ts'
import type { LedgerBook } from '../../../src/node-worker/economy/ledger-book.ts'
import { type Leasing, startLeasing } from '../../../src/node-worker/leasing/leasing.ts'
import { createReplication } from '../../../src/node-worker/replication/replication.ts'
import type { Session, Stream } from '../../../src/node-worker/sessions/types.ts'
import { createTestPlatform } from '../../support/platform.ts'
import { startNode } from '../../support/test-node.ts'
import { type Author, createPatientTimers, honestManagerOf, type PatientTimers } from '../replication/hostile-peer.ts'
import { connect, sessionOf } from '../sessions/test-peer.ts'

const SLOTS = 256
/** What is gathered for a moment is looked at by itself; what waits for minutes waits for the test. Milliseconds. */
const PATIENT_FROM = 10_000

/** A node with a person, its ledger, and replication at work. */
export interface Party extends Author {
  readonly timers: PatientTimers
  readonly book: LedgerBook
  /** Takes part in a session, as its owner's end. */
  join(session: Session): void
  /** Lease streams that peers opened, where no leasing serves them. */
  readonly served: Stream[]
}

/** Starts one; with `leases` it leases by the rules. Gives 64 MiB unless told otherwise. */
export const startParty = async (name: string, { leases = false, slots = SLOTS } = {}): Promise<Party> => {
  const timers = createPatientTimers(PATIENT_FROM)
  const platform = { ...(await createTestPlatform(`${name}-${Math.random()}`)), timers }
  const node = await startNode(name, { platform })
  const { person: id } = await node.get('create-person', { name })
  const { device } = node.services.account.self()!
  const key = device.signer.publicKey
  const book = await node.services.ledger()
  if (slots > 0) await book.say([{ type: LedgerType.pledge, body: { version: STATEMENT_VERSION, person: id, slots } }])
  const { services } = node
  const served: Stream[] = []
  const ports = { services, standing: services.leases, book, me: id, device: key, deviceId: bytesToHex(key) }
  const leasing: Leasing | undefined = leases ? await startLeasing(ports) : undefined
  const replication = createReplication({
    services,
    wantsOf: () => [id, ...services.persons.followed(), ...services.leases.owners()],
    mayHold: () => true,
    serveLeases: (session, stream) => (leasing ? leasing.serve(session, stream) : void served.push(stream)),
  })
  const stop = services.leases.onChange(replication.refresh)
  return {
    ...node,
    id,
    device: key,
    timers,
    book,
    served,
    join(session) {
      replication.join(session)
      leasing?.join(session)
    },
    async stop() {
      stop()
      leasing?.close()
      replication.close()
      await node.stop()
    },
  }
}

/** Lets two meet. @returns the end of `one` */
export const meet = async (one: Party, other: Party): Promise<Session> => {
  const [mine, theirs] = [await honestManagerOf(one), await honestManagerOf(other)]
  mine.manager.onSession(one.join)
  theirs.manager.onSession(other.join)
  await connect(mine, theirs)
  return sessionOf(mine, theirs)
}

/** An owner's side of a lease stream, in the hands of a test. */
export interface RawOwner {
  readonly heard: LeaseHolderMessage[]
  isEnded(): boolean
  say(message: OwnerMessage): Promise<boolean>
  send(bytes: Uint8Array): Promise<boolean>
  /** Reasons for which leases were refused, by id in hex. */
  refused(): Record<string, string>
  /** Receipts that came. */
  signed(): Uint8Array[]
}

/** Opens a lease stream. */
export const openOwner = (session: Session): RawOwner => {
  const stream = session.open(StreamKind.lease, 'interactive')
  const heard: LeaseHolderMessage[] = []
  let isEnded = false
  stream.onmessage = (bytes) => {
    const message = decodeLeaseHolderMessage(bytes)
    if (!message.ok) throw new Error('a node that leases says what cannot be read')
    heard.push(message.value)
  }
  stream.onclose = () => {
    isEnded = true
  }
  return {
    heard,
    isEnded: () => isEnded,
    say: (message) => stream.send(encodeLeaseMessage(message)),
    send: (bytes) => stream.send(bytes),
    refused: () =>
      Object.fromEntries(
        heard.flatMap((message) =>
          message.type === 'refused' ? message.leases.map((id) => [bytesToHex(id), message.reason]) : [],
        ),
      ),
    signed: () => heard.flatMap((message) => (message.type === 'signed' ? message.receipts : [])),
  }
}

/** A holder's side of a lease stream that a node opened, in the hands of a test. */
export interface RawHolder {
  readonly heard: OwnerMessage[]
  isEnded(): boolean
  say(message: LeaseHolderMessage): Promise<boolean>
  send(bytes: Uint8Array): Promise<boolean>
}

/** Takes over a stream. */
export const takeHolder = (stream: Stream): RawHolder => {
  const heard: OwnerMessage[] = []
  let isEnded = false
  stream.onmessage = (bytes) => {
    const message = decodeOwnerMessage(bytes)
    if (!message.ok) throw new Error('a node that leases says what cannot be read')
    heard.push(message.value)
  }
  stream.onclose = () => {
    isEnded = true
  }
  return {
    heard,
    isEnded: () => isEnded,
    say: (message) => stream.send(encodeLeaseMessage(message)),
    send: (bytes) => stream.send(bytes),
  }
}

/** Writes leases into the ledger and lets the peer read that. @returns their ids in hex */
export const writeLeases = async (
  owner: Party,
  holder: Pick<Party, 'id' | 'device'>,
  bodies: readonly LedgerBody[],
): Promise<readonly string[]> => {
  owner.services.leases.asked({ person: holder.id, device: holder.device })
  return owner.book.say(bodies)
}
