/** Devices with real keys and made-up key events, whose managers find each other over carriers in memory. */
import { bytesToHex, concatBytes, equalBytes, utf8Encode } from '../../../src/core/bytes.ts'
import { GROUP_ZERO, NETWORK_ZERO } from '../../../src/core/limits.ts'
import type { DeviceKeys } from '../../../src/core/ports.ts'
import { err, ok } from '../../../src/core/result.ts'
import { createWebCrypto } from '../../../src/node-worker/crypto/web-crypto.ts'
import { createRefusals, type Refusals } from '../../../src/node-worker/refusals.ts'
import { createSessionManager } from '../../../src/node-worker/sessions/session-manager.ts'
import type { Session, SessionManager, SessionPorts, Timers } from '../../../src/node-worker/sessions/types.ts'
import { createMemoryCarriers, type MemoryCarrierOptions, type MemoryCarriers } from './memory-carrier.ts'

export const crypto = createWebCrypto()

/** The platform's timers; long ones do not keep Node.js from ending when a test leaves sessions behind. */
export const realTimers: Timers = {
  setTimeout(run, milliseconds) {
    const handle: unknown = setTimeout(run, milliseconds)
    if (milliseconds > 1000) (handle as { unref?(): void }).unref?.()
    return handle
  },
  clearTimeout: (handle) => clearTimeout(handle as number),
}

export interface TestPeer {
  readonly device: Uint8Array
  readonly ports: SessionPorts
  readonly manager: SessionManager
  /** What it turned away. */
  readonly refusals: Refusals
  /** What handlers threw. */
  readonly reported: unknown[]
  /** The same device after a restart: its sessions are forgotten. */
  restarted(): TestPeer
}

/** WebKitGTK refuses seeds that begin with a zero byte. */
const randomSeed = (): Uint8Array => crypto.bytes(32).map((byte, i) => (i === 0 ? byte | 1 : byte))

export const createDeviceKeys = async (): Promise<DeviceKeys> => ({
  signer: await crypto.signerFromSeed(randomSeed()),
  agreement: await crypto.agreementFromSeed(randomSeed()),
})

/** A chain of one made-up event: that checks itself in `resolveKeyEvents` below. */
export const fakeKeyEvents = (keys: DeviceKeys): Uint8Array[] => [
  concatBytes(utf8Encode('events'), keys.signer.publicKey, keys.agreement.publicKey),
]

const resolveKeyEvents: SessionPorts['resolveKeyEvents'] = async ({ device, keyEvents }) => {
  const [event] = keyEvents ?? []
  if (!event || !equalBytes(event.subarray(6, 38), device)) return err({ reason: 'not a chain of this device' })
  return ok({ agreement: event.slice(38), keyEvents: [event] })
}

export const createTestPeer = async (changes: Partial<SessionPorts> = {}): Promise<TestPeer> => {
  const keys = changes.self?.keys ?? (await createDeviceKeys())
  const reported: unknown[] = []
  const refusals = createRefusals()
  const ports: SessionPorts = {
    crypto,
    random: crypto,
    timers: realTimers,
    self: {
      person: `person-${bytesToHex(keys.signer.publicKey.subarray(0, 4))}`,
      keys,
      keyEvents: async () => fakeKeyEvents(keys),
    },
    network: NETWORK_ZERO,
    group: GROUP_ZERO,
    resolveKeyEvents,
    isBlocked: () => false,
    refuse: refusals.count,
    report: (error) => void reported.push(error),
    ...changes,
  }
  const make = (): TestPeer => ({
    device: keys.signer.publicKey,
    ports,
    manager: createSessionManager(ports),
    refusals,
    reported,
    restarted: make,
  })
  return make()
}

/** Two peers, the one with the smaller key (which leads) first. */
export const createPeerPair = async (changes: Partial<SessionPorts> = {}): Promise<readonly [TestPeer, TestPeer]> => {
  const peers = [await createTestPeer(changes), await createTestPeer(changes)] as const
  return bytesToHex(peers[0].device) < bytesToHex(peers[1].device) ? peers : [peers[1], peers[0]]
}

export interface Connection extends MemoryCarriers {
  readonly outcomes: readonly [
    Awaited<ReturnType<SessionManager['accept']>>,
    Awaited<ReturnType<SessionManager['accept']>>,
  ]
}

/** Has `from` dial `to`; both handshakes have ended, well or not. */
export const connect = async (
  from: TestPeer,
  to: TestPeer,
  options: MemoryCarrierOptions = {},
): Promise<Connection> => {
  const carriers = createMemoryCarriers(options)
  const outcomes = await Promise.all([
    from.manager.accept(carriers.ends[0], to.device),
    to.manager.accept(carriers.ends[1]),
  ])
  return { ...carriers, outcomes }
}

export const sessionOf = (peer: TestPeer, other: TestPeer): Session => {
  const session = peer.manager.get(other.device)
  if (!session) throw new Error('no session')
  return session
}
