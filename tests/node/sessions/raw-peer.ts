/** A peer that shakes hands properly and then says whatever a test wants. */
import { createWriter } from '../../../src/core/bytes.ts'
import { decodePacket, encodePacket, type Packet, writeDataHeader } from '../../../src/core/wire/packets.ts'
import { createCarrierInbox } from '../../../src/node-worker/sessions/carrier-inbox.ts'
import { runHandshake } from '../../../src/node-worker/sessions/handshake.ts'
import { createSecureCarrier } from '../../../src/node-worker/sessions/secure-carrier.ts'
import type { Session } from '../../../src/node-worker/sessions/types.ts'
import { until } from '../../support/wait.ts'
import { createMemoryCarriers, type MemoryCarrierOptions } from './memory-carrier.ts'
import { sessionOf, type TestPeer } from './test-peer.ts'

export interface RawPeer {
  /** What the victim said. */
  readonly heard: Packet[]
  /** The victim's session with this peer. */
  readonly session: Session
  /** Why the victim ended the session; undefined while it goes on. */
  ended(): string | undefined
  /** Why the carrier was closed. */
  closed(): string | undefined
  /** Bytes that this peer said and that have not arrived. */
  unsent(): number
  /** Bytes that the victim said on this carrier and that have not arrived. */
  unread(): number
  send(packet: Uint8Array): void
  /** A data packet of these frames. */
  data(seq: number, ack: number, ...frames: Uint8Array[]): void
  /** Puts bytes on the carrier as they are. */
  inject(message: Uint8Array): void
}

const dataPacket = (seq: number, ack: number, frames: readonly Uint8Array[]): Uint8Array => {
  const writer = createWriter()
  writer.bytes(new Uint8Array(13))
  for (const frame of frames) writer.bytes(frame)
  const packet = writer.finish()
  writeDataHeader(packet, seq, ack)
  return packet
}

/** Shakes hands with `victim` as `raw`, which dials; nothing more. */
export const dialRaw = async (
  raw: TestPeer,
  victim: TestPeer,
  options: MemoryCarrierOptions = {},
): Promise<RawPeer> => {
  const { ends } = createMemoryCarriers(options)
  const inbox = createCarrierInbox(ends[0], raw.ports.refuse)
  const accepting = victim.manager.accept(ends[1])
  const done = await runHandshake(raw.ports, ends[0], inbox, victim.device)
  if (!done.ok || !(await accepting).ok) throw new Error('the handshake failed')
  const heard: Packet[] = []
  let closed: string | undefined
  let ended: string | undefined
  const carrier = createSecureCarrier(ends[0], inbox, done.value.transport, raw.ports.refuse)
  carrier.start({
    onPacket(bytes) {
      const packet = decodePacket(bytes)
      if (packet.ok) heard.push(packet.value)
    },
    onClose: (reason) => {
      closed = reason
    },
    onRoom: () => {},
  })
  const session = sessionOf(victim, raw)
  session.onState((_, end) => {
    if (end) ended = end.type === 'protocol' ? end.detail : end.type
  })
  return {
    heard,
    session,
    ended: () => ended,
    closed: () => closed,
    unsent: () => ends[0].buffered(),
    unread: () => ends[1].buffered(),
    send: carrier.send,
    data: (seq, ack, ...frames) => carrier.send(dataPacket(seq, ack, frames)),
    inject: (message) => ends[0].send(message),
  }
}

/** As {@link dialRaw}, and joins states with a victim that leads, so that data packets count. */
export const attachRaw = async (
  raw: TestPeer,
  victim: TestPeer,
  options: MemoryCarrierOptions = {},
): Promise<RawPeer> => {
  const peer = await dialRaw(raw, victim, options)
  const attach = () => peer.heard.find((packet) => packet.type === 'attach')
  await until(() => attach() !== undefined, 'attach')
  const { position } = attach() as Packet & { type: 'attach' }
  const mine = new Uint8Array(16).fill(7)
  peer.send(encodePacket({ type: 'attached', position: { ...position, mine, yours: position.mine, received: 0 } }))
  await until(() => peer.session.carrier() !== 'none', 'a joined carrier')
  return peer
}
