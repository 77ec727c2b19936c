/** Leasing of a real node against peers whose every word is written by the test: persons with real keys, no network. */
import { bytesToHex } from '../../../src/core/bytes.ts'
import { decodeLeaseHolderMessage, decodeOwnerMessage, encodeLeaseMessage } from '../../../src/core/sync/lease-codec.ts'
import type { LeaseHolderMessage, OwnerMessage } from '../../../src/core/sync/lease-messages.ts'
import { StreamKind } from '../../../src/core/sync/messages.ts'
import { startLeasing } from '../../../src/node-worker/leasing/leasing.ts'
import type { Standing } from '../../../src/node-worker/leasing/standing.ts'
import type { Session, Stream } from '../../../src/node-worker/sessions/types.ts'
import { type Device, NOW, type Person, pledgeOf } from '../../core/economy/world.ts'
import { type FaultyStore, faultyStore } from '../../support/faulty-store.ts'
import { createTestPlatform } from '../../support/platform.ts'
import { introduce, type Keeper, startKeeper } from '../economy/scene.ts'

/** A stream of which the test is the other end. */
export interface Wire {
  readonly stream: Stream
  /** What the node said on it. */
  readonly said: readonly Uint8Array[]
  /** How the node ended it. */
  ended(): string | undefined
  /** The test says something. */
  say(bytes: Uint8Array): Promise<void>
}

const createWire = (): Wire => {
  const said: Uint8Array[] = []
  let end: string | undefined
  const stream: Stream = {
    kind: StreamKind.lease,
    priority: 'interactive',
    onmessage: undefined,
    onclose: undefined,
    async send(bytes) {
      said.push(bytes)
      return end === undefined
    },
    close(how = 'done') {
      end ??= how
    },
  }
  return { stream, said, ended: () => end, say: async (bytes) => stream.onmessage?.(bytes) }
}

/** A peer at the node's door. */
export interface Foe {
  /** Says something as an owner, to the node as a holder. */
  owns(message: OwnerMessage): Promise<void>
  /** Says something as a holder, to the node as an owner. */
  holds(message: LeaseHolderMessage): Promise<void>
  /** What the node answered it as an owner. */
  answers(): LeaseHolderMessage[]
  /** What the node asked of it as a holder. */
  asked(): OwnerMessage[]
  readonly asOwner: Wire
  readonly asHolder: Wire
}

/** The node under attack. */
export interface Duel extends Keeper {
  /** Writes that still succeed: see faulty-store.ts. */
  readonly disk: FaultyStore
  readonly standing: Standing
  meet(device: Device): Foe
  close(): Promise<void>
}

const readAll = <M>(wire: Wire, decode: (bytes: Uint8Array) => { readonly ok: boolean; readonly value?: M }): M[] =>
  wire.said.map((bytes) => decode(bytes).value!)

/** Longer timers of leasing run at once: what depends on time goes by the clock of the test. */
const SOON_MS = 30

/** A node that gives `slots`, knows `people`, and leases. */
export const startDuel = async (people: readonly Person[], slots = 64): Promise<Duel> => {
  const platform = await createTestPlatform(`Victim-${Math.random()}`)
  const disk = faultyStore(platform.store)
  const keeper = await startKeeper('Victim', { ...platform, store: disk })
  keeper.platform.clock.set(NOW)
  for (const person of people) await introduce(keeper, person)
  const { services, book, me } = keeper
  await book.say([pledgeOf(me, slots)])
  const standing = services.leases
  const timers = {
    ...keeper.platform.timers,
    setTimeout: (run: () => void, milliseconds: number) => setTimeout(run, Math.min(milliseconds, SOON_MS)),
  }
  const leasing = await startLeasing({
    services: { ...services, platform: { ...keeper.platform, timers } },
    standing,
    book,
    me: me.person,
    device: me.device,
    deviceId: bytesToHex(me.device),
  })
  const meet = ({ person, device }: Device): Foe => {
    const [asOwner, asHolder] = [createWire(), createWire()]
    const session = {
      person,
      device,
      carrier: () => 'relay',
      open: () => asHolder.stream,
      onState: () => () => {},
    } as unknown as Session
    leasing.join(session)
    leasing.serve(session, asOwner.stream)
    return {
      asOwner,
      asHolder,
      owns: (message) => asOwner.say(encodeLeaseMessage(message)),
      holds: (message) => asHolder.say(encodeLeaseMessage(message)),
      answers: () => readAll<LeaseHolderMessage>(asOwner, decodeLeaseHolderMessage as never),
      asked: () => readAll<OwnerMessage>(asHolder, decodeOwnerMessage as never),
    }
  }
  return {
    ...keeper,
    disk,
    standing,
    meet,
    async close() {
      leasing.close()
      await keeper.stop()
    },
  }
}
