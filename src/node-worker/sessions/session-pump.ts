/**
 * Moves packets from a session's state to its carrier while there is room, and sees to acknowledgements. What is
 * queued in one turn of the event loop goes out together.
 */
import type { Priority } from '../../core/wire/frames.ts'
import { encodePacket } from '../../core/wire/packets.ts'
import type { SessionCore } from '../../core/wire/session-core.ts'
import {
  ACK_DELAY_MS,
  BULK_BUFFERED_BYTES,
  MAX_BUFFERED_BYTES,
  TARGET_CARRIER_MESSAGE_BYTES,
} from '../../core/wire/wire-limits.ts'
import type { SecureCarrier } from './secure-carrier.ts'
import type { Timers } from './types.ts'

export interface SessionPumpPorts {
  readonly core: SessionCore
  readonly timers: Timers
  active(): SecureCarrier | undefined
  send(packet: Uint8Array): void
  onResent(packetBytes: number): void
}

export interface SessionPump {
  /** There may be something to send, or room to send it. */
  wake(): void
  stop(): void
}

/** Which classes of streams may send with so much on its way out already. */
const classesFor = (pending: number): readonly Priority[] => {
  if (pending < BULK_BUFFERED_BYTES) return ['interactive', 'bulk']
  return pending < MAX_BUFFERED_BYTES - TARGET_CARRIER_MESSAGE_BYTES ? ['interactive'] : []
}

export const createSessionPump = (ports: SessionPumpPorts): SessionPump => {
  const { core, timers } = ports
  let awake = false
  let ackTimer: unknown

  const sendNext = (): boolean => {
    const carrier = ports.active()
    const classes = carrier ? classesFor(carrier.pending()) : []
    const packet = classes.length > 0 ? core.nextPacket(classes) : undefined
    if (!packet) return false
    if (packet.again) ports.onResent(packet.bytes.length)
    ports.send(packet.bytes)
    return true
  }
  const acknowledge = (): void => {
    ackTimer = undefined
    if (ports.active() && core.ackDue() !== 'no') ports.send(encodePacket({ type: 'ack', ack: core.takeAck() }))
  }
  const run = (): void => {
    awake = false
    while (sendNext()) {}
    const due = core.ackDue()
    if (due === 'now') acknowledge()
    else if (due === 'soon') ackTimer ??= timers.setTimeout(acknowledge, ACK_DELAY_MS)
  }
  return {
    wake() {
      if (awake) return
      awake = true
      void Promise.resolve().then(run)
    },
    stop: () => timers.clearTimeout(ackTimer),
  }
}
