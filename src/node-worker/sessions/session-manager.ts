/** The sessions of one device: takes carriers, learns who is there, and joins each to its session. */
import { bytesToHex } from '../../core/bytes.ts'
import type { Carrier } from '../../core/ports.ts'
import { err, ok, type Result } from '../../core/result.ts'
import type { HandshakeError } from '../../core/wire/wire-errors.ts'
import { HANDSHAKE_TIMEOUT_MS } from '../../core/wire/wire-limits.ts'
import { type CarrierInbox, createCarrierInbox } from './carrier-inbox.ts'
import { type Handshaken, type Peer, runHandshake } from './handshake.ts'
import { createHandshakePlaces } from './handshake-places.ts'
import { createLiveSession, type LiveSession } from './live-session.ts'
import { createSecureCarrier } from './secure-carrier.ts'
import type { Session, SessionManager, SessionPorts } from './types.ts'

type Outcome<T> = Result<T, HandshakeError>

/** Runs a handshake that ends, whatever the peer or the ports do. */
const handshakeInTime = async (
  ports: SessionPorts,
  carrier: Carrier,
  inbox: CarrierInbox,
  expectedDevice: Uint8Array | undefined,
): Promise<Outcome<Handshaken>> => {
  let timer: unknown
  const deadline = new Promise<Outcome<never>>((resolve) => {
    const expire = (): void => resolve(err({ type: 'carrier-lost', reason: 'the handshake took too long' }))
    timer = ports.timers.setTimeout(expire, HANDSHAKE_TIMEOUT_MS)
  })
  try {
    return await Promise.race([runHandshake(ports, carrier, inbox, expectedDevice), deadline])
  } catch (error) {
    // A port threw, for example because the disk is full: nobody is let in, and nothing is left hanging.
    ports.report(error)
    return err({ type: 'carrier-lost', reason: 'the handshake failed here' })
  } finally {
    ports.timers.clearTimeout(timer)
  }
}

interface Live {
  readonly live: LiveSession
  readonly peer: Peer
}

/** @param ports see SessionPorts; one manager per device of a person */
export const createSessionManager = (ports: SessionPorts): SessionManager => {
  const lives = new Map<string, Live>()
  const handlers = new Set<(session: Session) => void>()
  const refused: Record<string, number> = {}
  const handshakes = createHandshakePlaces()
  let closed: string | undefined

  const turnAway = (carrier: Carrier, error: HandshakeError): Outcome<never> => {
    refused[error.type] = (refused[error.type] ?? 0) + 1
    carrier.close(error.type)
    return err(error)
  }
  const present = (session: Session): void => {
    for (const handler of [...handlers]) {
      try {
        handler(session)
      } catch (error) {
        ports.report(error)
      }
    }
  }
  const begin = (peer: Peer): LiveSession => {
    const key = bytesToHex(peer.device)
    const { random, timers, report, refuse } = ports
    const onEnd = (): void => {
      if (lives.get(key)?.live === live) lives.delete(key)
    }
    const ownDevice = ports.self.keys.signer.publicKey
    const live = createLiveSession({ random, timers, report, refuse, onEnd, ownDevice }, peer)
    lives.set(key, { live, peer })
    present(live.session)
    return live
  }
  /** A device that is another person's by now gets another session: nothing of the old one is for it. */
  const find = (peer: Peer): LiveSession | undefined => {
    const known = lives.get(bytesToHex(peer.device))
    if (!known || known.peer.person === peer.person) return known?.live
    known.live.session.close('another person')
    return undefined
  }
  const join = (carrier: Carrier, inbox: CarrierInbox, done: Handshaken): Session => {
    const live = find(done.peer) ?? begin(done.peer)
    live.join(createSecureCarrier(carrier, inbox, done.transport, ports.refuse), done.peer)
    return live.session
  }
  const busy = (incoming: boolean, device: Uint8Array | undefined): HandshakeError | undefined => {
    if (closed !== undefined) return { type: 'carrier-lost', reason: closed }
    return handshakes.isFull(incoming, device) ? { type: 'busy' } : undefined
  }
  const get = (device: Uint8Array): Session | undefined => lives.get(bytesToHex(device))?.live.session

  return {
    async accept(carrier, expectedDevice) {
      const reason = busy(!carrier.initiator, expectedDevice)
      if (reason) return turnAway(carrier, reason)
      const inbox = createCarrierInbox(carrier, ports.refuse)
      const leave = handshakes.take(inbox, !carrier.initiator, expectedDevice)
      const outcome = await handshakeInTime(ports, carrier, inbox, expectedDevice).finally(leave)
      if (!outcome.ok) return turnAway(carrier, outcome.error)
      const late = closed === undefined ? undefined : ({ type: 'carrier-lost', reason: closed } as const)
      return late ? turnAway(carrier, late) : ok(join(carrier, inbox, outcome.value))
    },
    sessions: () => [...lives.values()].map(({ live }) => live.session),
    get,
    onSession(handler) {
      handlers.add(handler)
      return () => void handlers.delete(handler)
    },
    close: (device, reason) => get(device)?.close(reason),
    closeAll(reason) {
      closed = reason
      for (const inbox of handshakes.inboxes()) inbox.close(reason)
      for (const { live } of [...lives.values()]) live.session.close(reason)
    },
    refused,
  }
}
