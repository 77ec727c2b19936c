/**
 * The carriers of one session: which of them carries it, on both sides the same, and how the two states are joined
 * when that changes. docs/protocol/50-wire.md, rules W20 to W25.
 */
import { equalBytes } from '../../core/bytes.ts'
import type { Result } from '../../core/result.ts'
import { chooseCarrier } from '../../core/wire/carrier-choice.ts'
import { decodePacket, encodePacket, type Packet, type Position } from '../../core/wire/packets.ts'
import type { JoinOutcome, SessionCore } from '../../core/wire/session-core.ts'
import {
  HANDSHAKE_TIMEOUT_MS,
  MAX_ANSWER_BUFFERED_BYTES,
  MAX_CARRIERS_PER_DEVICE,
} from '../../core/wire/wire-limits.ts'
import { type Heartbeat, startHeartbeat } from './heartbeat.ts'
import type { SecureCarrier } from './secure-carrier.ts'
import type { Timers } from './types.ts'

export interface SessionLinksPorts {
  readonly leader: boolean
  readonly core: SessionCore
  readonly timers: Timers
  /** The states were joined on a carrier. */
  onJoined(outcome: JoinOutcome): void
  /** A packet for the session, on the carrier that carries it. */
  onPacket(packet: Packet & { type: 'data' | 'ack' | 'goodbye' }): void
  /** The carrier that carried it is gone, or another came up or went: look at `active` and `count` again. */
  onChange(): void
  onRoom(): void
  onViolation(detail: string): void
  /** Bytes of every packet, either way. */
  onTraffic(direction: 'sent' | 'received', packetBytes: number): void
}

export interface SessionLinks {
  join(carrier: SecureCarrier): void
  /** The carrier that carries the session, once both sides agreed. */
  active(): SecureCarrier | undefined
  count(): number
  /** Whether a carrier waits for both sides to agree on it. */
  isChoosing(): boolean
  send(packet: Uint8Array): void
  closeAll(reason: string, goodbye: boolean): void
}

interface Link {
  readonly carrier: SecureCarrier
  epoch: number
  confirmed: boolean
  knownEpoch: number | undefined
  askedAt: number | undefined
  heartbeat: Heartbeat | undefined
  deadline: unknown
}

/** Who may be sent what; `ready` goes both ways, as question and answer. */
const RECEIVERS: Record<string, 'leader' | 'follower'> = { attached: 'leader', attach: 'follower' }

export const createSessionLinks = (ports: SessionLinksPorts): SessionLinks => {
  const links = new Set<Link>()
  const { core, timers } = ports
  let active: Link | undefined
  let epoch = 0
  let leaderState: Uint8Array | undefined

  const sendOn = (link: Link, packet: Uint8Array): void => {
    ports.onTraffic('sent', packet.length)
    link.carrier.send(packet)
  }
  // [W40] Who does not read has no use for an answer; what is left out of an attachment ends by its deadline.
  const answer = (link: Link, packet: Uint8Array): void => {
    if (link.carrier.pending() < MAX_ANSWER_BUFFERED_BYTES) sendOn(link, packet)
  }
  const release = (link: Link): void => {
    links.delete(link)
    link.heartbeat?.stop()
    timers.clearTimeout(link.deadline)
    if (active === link) active = undefined
  }
  const close = (link: Link, reason: string): void => {
    release(link)
    link.carrier.close(reason)
  }
  const lost = (link: Link): void => {
    if (!links.has(link)) return
    release(link)
    reconsider()
    ports.onChange()
  }
  const confirm = (link: Link, outcome: JoinOutcome): void => {
    link.confirmed = true
    timers.clearTimeout(link.deadline)
    ports.onJoined(outcome)
    ports.onChange()
    reconsider()
  }
  const activate = (link: Link): void => {
    if (active && active !== link) close(active, 'another carrier is better')
    active = link
  }
  const ready = (link: Link): void => answer(link, encodePacket({ type: 'ready', epoch: active?.epoch ?? 0 }))
  const attach = (link: Link): void => {
    activate(link)
    epoch += 1
    link.epoch = epoch
    link.confirmed = false
    answer(link, encodePacket({ type: 'attach', position: core.position(epoch) }))
  }
  const facts = (link: Link) => ({ ...link, kind: link.carrier.kind, initiator: link.carrier.initiator })
  function consider(link: Link): void {
    if (link === active) return
    const choice = chooseCarrier(active && facts(active), facts(link))
    if (choice === 'attach') attach(link)
    if (choice === 'refuse') {
      close(link, 'another carrier is better')
      ports.onChange()
    }
    if (choice !== 'ask') return
    link.askedAt = active?.epoch
    ready(link)
  }
  /** The leader looks again at the carriers that wait, after a loss and after an agreement. */
  function reconsider(): void {
    if (ports.leader) for (const link of [...links]) consider(link)
  }
  const unless = (outcome: Result<JoinOutcome, string>): JoinOutcome | undefined => {
    if (!outcome.ok) ports.onViolation(outcome.error)
    return outcome.ok ? outcome.value : undefined
  }
  /** As follower: this carrier is the one. An attach that was overtaken by a later one is void. */
  const attachedBy = (link: Link, position: Position): void => {
    if (leaderState && equalBytes(leaderState, position.mine) && position.epoch <= epoch) return
    const outcome = unless(core.follow(position))
    if (!outcome) return
    activate(link)
    leaderState = position.mine
    epoch = position.epoch
    link.epoch = epoch
    answer(link, encodePacket({ type: 'attached', position: core.position(epoch) }))
    confirm(link, outcome)
  }
  /** As leader: the follower agreed. After a restart it is asked again, with the new state. */
  const attachedTo = (link: Link, position: Position): void => {
    if (link !== active || link.confirmed || position.epoch !== link.epoch) return
    const outcome = unless(core.lead(position))
    if (!outcome) return
    if (outcome === 'restarted') {
      ports.onJoined(outcome)
      attach(link)
    } else confirm(link, outcome)
  }
  const takeReady = (link: Link, knownEpoch: number): void => {
    if (!ports.leader) {
      ready(link)
      return
    }
    link.knownEpoch = knownEpoch
    consider(link)
  }
  const takeControl = (link: Link, packet: Packet): void => {
    if (packet.type === 'ready') takeReady(link, packet.epoch)
    if (packet.type === 'attach') attachedBy(link, packet.position)
    if (packet.type === 'attached') attachedTo(link, packet.position)
    if (packet.type === 'ping') answer(link, encodePacket({ type: 'pong' }))
  }
  const takePacket = (link: Link, packet: Packet): void => {
    const role = RECEIVERS[packet.type]
    // What belongs to a state or a carrier that was left is sent again on the one that is attached: here it is dropped.
    const isCurrent = link === active && link.confirmed
    if (role && (role === 'leader') !== ports.leader) ports.onViolation(`${packet.type} from the wrong side`)
    else if (packet.type === 'goodbye') ports.onPacket(packet)
    else if (packet.type !== 'data' && packet.type !== 'ack') takeControl(link, packet)
    else if (isCurrent) ports.onPacket(packet)
  }
  const take = (link: Link, bytes: Uint8Array): void => {
    if (!links.has(link)) return
    ports.onTraffic('received', bytes.length)
    link.heartbeat?.heard()
    const packet = decodePacket(bytes)
    if (packet.ok) takePacket(link, packet.value)
    else ports.onViolation(packet.error.reason)
  }
  const start = (link: Link): void => {
    const ask = (): void => sendOn(link, encodePacket({ type: 'ping' }))
    const dead = (reason: string) => (): void => {
      link.carrier.close(reason)
      lost(link)
    }
    link.heartbeat = startHeartbeat(timers, ask, dead('silent'))
    link.deadline = timers.setTimeout(dead('never attached'), HANDSHAKE_TIMEOUT_MS)
    link.carrier.start({
      onPacket: (bytes) => take(link, bytes),
      onClose: () => lost(link),
      onRoom: ports.onRoom,
    })
  }
  const evict = (): void => {
    const spare = [...links].find((link) => link !== active)
    if (spare && links.size >= MAX_CARRIERS_PER_DEVICE) close(spare, 'too many carriers')
  }
  return {
    join(carrier) {
      evict()
      const link: Link = {
        carrier,
        epoch: 0,
        confirmed: false,
        knownEpoch: undefined,
        askedAt: undefined,
        heartbeat: undefined,
        deadline: undefined,
      }
      links.add(link)
      start(link)
      if (!links.has(link)) return
      if (ports.leader) consider(link)
      else ready(link)
      ports.onChange()
    },
    active: () => (active?.confirmed ? active.carrier : undefined),
    count: () => links.size,
    isChoosing: () => links.size > (active?.confirmed ? 1 : 0),
    send: (packet) => {
      if (active) sendOn(active, packet)
    },
    closeAll(reason, goodbye) {
      for (const link of [...links]) {
        if (goodbye) sendOn(link, encodePacket({ type: 'goodbye', reason }))
        close(link, reason)
      }
    },
  }
}
