/**
 * Who is at the other end of a carrier: runs the Noise handshake and checks what the peer says of itself. Each
 * message on the carrier is the version byte and a Noise message. docs/protocol/50-wire.md, rules W4 to W9.
 */

import { dagCborCid } from '../../core/blocks/cid.ts'
import { concatBytes, equalBytes } from '../../core/bytes.ts'
import type { Carrier } from '../../core/ports.ts'
import { err, ok, type Result } from '../../core/result.ts'
import {
  decodeHello,
  fitKeyEvents,
  type Hello,
  type Role,
  type SignedHello,
  sessionPrologue,
  signHello,
  verifyHello,
  WIRE_VERSION,
} from '../../core/wire/hello.ts'
import {
  createNoiseHandshake,
  type NoiseHandshake,
  type NoiseTransport,
  type ReadPayload,
} from '../../core/wire/noise-xx.ts'
import type { HandshakeError } from '../../core/wire/wire-errors.ts'
import type { CarrierInbox } from './carrier-inbox.ts'
import type { ResolvedPeer, SessionPorts } from './types.ts'

/** Who answered, as checked, and what it was told. */
export interface Peer extends Answerer {
  /** CID bytes of the newest own key event that was named to it. */
  readonly toldKeyEvent: Uint8Array
}

interface Answerer {
  readonly person: string
  readonly device: Uint8Array
  readonly keyEvents: readonly Uint8Array[]
  /** CID bytes of the newest key event that it named. */
  readonly newestKeyEvent: Uint8Array
}

export interface Handshaken {
  readonly peer: Peer
  readonly transport: NoiseTransport
}

interface Run {
  readonly ports: SessionPorts
  readonly carrier: Carrier
  readonly inbox: CarrierInbox
  readonly noise: NoiseHandshake
  readonly expectedDevice: Uint8Array | undefined
  toldKeyEvent: Uint8Array
}

type Outcome<T> = Promise<Result<T, HandshakeError>>

const fail = (reason: string): Result<never, HandshakeError> => err({ type: 'bad-handshake', reason })

const ownHello = async ({ self, network, group }: SessionPorts): Promise<Hello> => {
  const keyEvents = await self.keyEvents()
  return {
    version: WIRE_VERSION,
    network,
    group,
    person: self.person,
    device: self.keys.signer.publicKey,
    newestKeyEvent: dagCborCid(keyEvents.at(-1)!).bytes,
    keyEvents: fitKeyEvents(keyEvents),
  }
}

/** Sends the next handshake message, with our hello unless it is the first, which nobody may read yet. */
const send = async (run: Run, role: Role | undefined): Outcome<void> => {
  const { ports } = run
  const message = await run.noise.write(async (handshakeHash) => {
    if (!role) return new Uint8Array(0)
    const hello = await ownHello(ports)
    run.toldKeyEvent = hello.newestKeyEvent
    return signHello(hello, ports.self.keys.signer, role, handshakeHash)
  })
  if (!message.ok) return fail(message.error.reason)
  run.carrier.send(concatBytes(Uint8Array.of(WIRE_VERSION), message.value))
  return ok(undefined)
}

const receive = async (run: Run): Outcome<ReadPayload> => {
  const message = await run.inbox.next()
  if (!message) return err({ type: 'carrier-lost', reason: 'closed in mid-handshake' })
  const version = message[0] ?? 0
  if (version !== WIRE_VERSION) {
    // The side that was dialled says what it speaks, so that the other can tell its person.
    if (!run.carrier.initiator) run.carrier.send(Uint8Array.of(WIRE_VERSION))
    return err({ type: 'unknown-version', version })
  }
  const read = await run.noise.read(message.subarray(1))
  return read.ok ? read : fail(read.error.reason)
}

const resolve = async (run: Run, hello: SignedHello): Outcome<ResolvedPeer> => {
  const { person, device, newestKeyEvent, keyEvents } = hello
  const claim = { person, device, newestKeyEvent, keyEvents: keyEvents.length > 0 ? keyEvents : undefined }
  const resolved = await run.ports.resolveKeyEvents(claim)
  if (!resolved.ok) return err({ type: 'bad-key-events', reason: resolved.error.reason })
  const matches = equalBytes(resolved.value.agreement, run.noise.remoteStatic()!)
  return matches ? resolved : err({ type: 'wrong-static-key' })
}

const isUnexpected = (run: Run, device: Uint8Array): boolean =>
  equalBytes(device, run.ports.self.keys.signer.publicKey) ||
  (run.expectedDevice !== undefined && !equalBytes(device, run.expectedDevice))

/** Believes nothing before it is checked: who was expected, signature, group, blocks, the key events, the static key. */
const checkHello = async (run: Run, read: ReadPayload): Outcome<Answerer> => {
  const hello = decodeHello(read.payload)
  if (!hello.ok) return fail(hello.error.reason)
  const { device, person, newestKeyEvent } = hello.value
  if (isUnexpected(run, device)) return err({ type: 'wrong-device' })
  const role = run.carrier.initiator ? 'responder' : 'initiator'
  const { network, group } = run.ports
  const expected = { role, handshakeHash: read.handshakeHash, network, group } as const
  const verified = await verifyHello(hello.value, expected, run.ports.crypto)
  if (!verified.ok) return verified
  if (run.ports.isBlocked(person)) return err({ type: 'blocked' })
  const resolved = await resolve(run, hello.value)
  if (!resolved.ok) return resolved
  // Copies: decoded bytes are views of a whole message.
  const { keyEvents } = resolved.value
  return ok({ person, device: device.slice(), keyEvents, newestKeyEvent: newestKeyEvent.slice() })
}

const initiate = async (run: Run): Outcome<Answerer> => {
  const first = await send(run, undefined)
  if (!first.ok) return first
  const read = await receive(run)
  if (!read.ok) return read
  const peer = await checkHello(run, read.value)
  if (!peer.ok) return peer
  const third = await send(run, 'initiator')
  return third.ok ? peer : third
}

const respond = async (run: Run): Outcome<Answerer> => {
  const first = await receive(run)
  if (!first.ok) return first
  const second = await send(run, 'responder')
  if (!second.ok) return second
  const read = await receive(run)
  return read.ok ? checkHello(run, read.value) : read
}

/** The prologue names the device that was dialled: one's own on the side that was. */
const dialledDevice = (ports: SessionPorts, carrier: Carrier, expectedDevice: Uint8Array | undefined): Uint8Array => {
  if (!carrier.initiator) return ports.self.keys.signer.publicKey
  if (!expectedDevice) throw new TypeError('"expectedDevice" is needed on the side that dials')
  return expectedDevice
}

/** Runs the handshake to its end; closing the carrier on failure, and after a time, is the caller's part. */
export const runHandshake = async (
  ports: SessionPorts,
  carrier: Carrier,
  inbox: CarrierInbox,
  expectedDevice: Uint8Array | undefined,
): Outcome<Handshaken> => {
  const noise = createNoiseHandshake({
    crypto: ports.crypto,
    initiator: carrier.initiator,
    staticKey: ports.self.keys.agreement,
    prologue: sessionPrologue(ports.network, dialledDevice(ports, carrier, expectedDevice)),
  })
  const run: Run = { ports, carrier, inbox, noise, expectedDevice, toldKeyEvent: new Uint8Array(0) }
  const peer = await (carrier.initiator ? initiate(run) : respond(run))
  if (!peer.ok) return peer
  return ok({ peer: { ...peer.value, toldKeyEvent: run.toldKeyEvent }, transport: noise.split() })
}
