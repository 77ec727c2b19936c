/** One session: its state, its streams and whatever carriers it has, put together. */
import type { Random } from '../../core/ports.ts'
import { isLeader } from '../../core/wire/carrier-choice.ts'
import { INCARNATION_BYTES, type Packet } from '../../core/wire/packets.ts'
import { createSessionCore, type JoinOutcome } from '../../core/wire/session-core.ts'
import type { SessionEnd } from '../../core/wire/wire-errors.ts'
import { SESSION_LINGER_MS } from '../../core/wire/wire-limits.ts'
import type { Refuse } from '../refusals.ts'
import type { Peer } from './handshake.ts'
import { type SecureCarrier, sealedSize } from './secure-carrier.ts'
import { createSessionLinks } from './session-links.ts'
import { createSessionPump } from './session-pump.ts'
import { createSessionStreams } from './session-streams.ts'
import type { Session, Timers } from './types.ts'

export interface LiveSessionPorts {
  readonly random: Random
  readonly timers: Timers
  readonly ownDevice: Uint8Array
  refuse: Refuse
  report(error: unknown): void
  /** Called once, when the session is over. */
  onEnd(): void
}

export interface LiveSession {
  readonly session: Session
  /** Gives the session one more carrier, and what its handshake told of the peer. */
  join(carrier: SecureCarrier, peer: Peer): void
}

type CarrierState = ReturnType<Session['carrier']>
type StateHandler = Parameters<Session['onState']>[0]

interface State {
  readonly carrier: CarrierState
  readonly isChoosing: boolean
}

/**
 * Tells the state of the carriers whenever it changes, and when another of the same kind has taken over: for the time of
 * that agreement there was none, and whoever asked then waits to hear that there is one again.
 */
const createStateTeller = (report: (error: unknown) => void) => {
  const handlers = new Set<StateHandler>()
  let last: State | undefined = { carrier: 'none', isChoosing: false }
  const tell = (handler: StateHandler, state: CarrierState, end?: SessionEnd): void => {
    try {
      if (end) handler(state, end)
      else handler(state)
    } catch (error) {
      report(error)
    }
  }
  return {
    add(handler: StateHandler): () => void {
      handlers.add(handler)
      return () => void handlers.delete(handler)
    },
    /** The next state is told even if it is the one told last. */
    renew(): void {
      last = undefined
    },
    update(state: State, end?: SessionEnd): void {
      if (state.carrier === last?.carrier && state.isChoosing === last.isChoosing && !end) return
      last = state
      for (const handler of [...handlers]) tell(handler, state.carrier, end)
    },
  }
}

export const createLiveSession = (ports: LiveSessionPorts, firstPeer: Peer): LiveSession => {
  const { timers, report } = ports
  const leader = isLeader(ports.ownDevice, firstPeer.device)
  const core = createSessionCore(() => ports.random.bytes(INCARNATION_BYTES), leader ? 0 : 1)
  const states = createStateTeller(report)
  const stats = { sentBytes: 0, receivedBytes: 0, resentBytes: 0, carriers: 0 }
  let peer = firstPeer
  let ended: SessionEnd | undefined
  let linger: unknown

  const streams = createSessionStreams({
    table: () => (ended ? undefined : core.streams()),
    changed: () => pump.wake(),
    report,
  })
  const carrierState = (): CarrierState => links.active()?.kind ?? 'none'
  const isChoosing = (): boolean => links.isChoosing()

  const finish = (end: SessionEnd, goodbye: string | undefined): void => {
    if (ended) return
    ended = end
    timers.clearTimeout(linger)
    pump.stop()
    links.closeAll(goodbye ?? end.type, goodbye !== undefined)
    core.streams().drop()
    streams.endAll('session-ended')
    states.update({ carrier: 'none', isChoosing: false }, end)
    ports.onEnd()
  }
  const violation = (detail: string): void => {
    if (!ended) ports.refuse('session-violation')
    finish({ type: 'protocol', detail }, `protocol: ${detail}`)
  }

  const onChange = (): void => {
    if (ended) return
    timers.clearTimeout(linger)
    if (links.count() === 0) linger = timers.setTimeout(() => finish({ type: 'expired' }, undefined), SESSION_LINGER_MS)
    states.update({ carrier: carrierState(), isChoosing: isChoosing() })
    pump.wake()
  }
  const onJoined = (outcome: JoinOutcome): void => {
    if (outcome === 'restarted') streams.endAll('restarted')
    states.renew()
  }
  const takeData = (packet: Packet & { type: 'data' }): void => {
    const events = core.receive(packet.seq, packet.ack, packet.frames)
    if (!events.ok) {
      violation(events.error)
      return
    }
    // A handler may end the session: what came behind that is for nobody.
    for (const event of events.value) if (!ended) streams.take(event)
    pump.wake()
  }
  const onPacket = (packet: Packet & { type: 'data' | 'ack' | 'goodbye' }): void => {
    if (packet.type === 'goodbye') finish({ type: 'closed', reason: packet.reason }, undefined)
    else if (packet.type === 'data') takeData(packet)
    else {
      const acknowledged = core.acknowledge(packet.ack)
      if (acknowledged.ok) pump.wake()
      else violation(acknowledged.error)
    }
  }
  const links = createSessionLinks({
    leader,
    core,
    timers,
    onJoined,
    onPacket,
    onChange,
    onRoom: () => pump.wake(),
    onViolation: violation,
    onTraffic: (direction, bytes) => {
      stats[direction === 'sent' ? 'sentBytes' : 'receivedBytes'] += sealedSize(bytes)
    },
  })
  const pump = createSessionPump({
    core,
    timers,
    active: links.active,
    send: links.send,
    onResent: (bytes) => {
      stats.resentBytes += sealedSize(bytes)
    },
  })
  const session: Session = {
    device: firstPeer.device,
    person: firstPeer.person,
    get keyEvents() {
      return peer.keyEvents
    },
    get newestKeyEvent() {
      return peer.newestKeyEvent
    },
    get toldKeyEvent() {
      return peer.toldKeyEvent
    },
    carrier: carrierState,
    isChoosing,
    open: streams.open,
    onStream: streams.onStream,
    onState: states.add,
    stats,
    close: (reason) => finish({ type: 'closed', reason }, reason),
  }
  return {
    session,
    join(carrier, nextPeer) {
      peer = nextPeer
      stats.carriers += 1
      links.join(carrier)
    },
  }
}
