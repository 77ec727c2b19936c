/** Dials data channels through modems, with hosts carrying the signals; answers dials of others. */
import { base32Encode } from '../../core/bytes.ts'
import type { Carrier, Random } from '../../core/ports.ts'
import type { Dial, ModemPool } from '../modems/modem-pool.ts'
import { type DialSignal, decodeDialSignal, encodeDialSignal } from './signals.ts'

/** Dials of others that are answered at one time. */
export const MAX_INCOMING_DIALS = 16
/** Of these, of one device: nobody can keep the others out. */
export const MAX_DIALS_PER_DEVICE = 2

/** What the dialer needs of the swarm around it. */
export interface DirectDialerPorts {
  readonly modems: ModemPool
  readonly random: Random
  iceServers(): readonly { readonly urls: string }[]
  /** @returns false when no host knows the device */
  signal(device: string, text: string): boolean
  /** Takes over a channel that the other side dialled. */
  onIncoming(carrier: Carrier, device: string): void
}

/** See the module's doc. Devices are named by the hex of their key. */
export interface DirectDialer {
  /** @returns undefined when there is no channel to be had now */
  dial(device: string): Promise<Carrier | undefined>
  /** A signal that a host handed over; `isWelcome` is false for blocked persons. */
  receive(device: string, text: string, isWelcome: boolean): void
  /** The device is not where it was thought to be: dials to it are given up. */
  absent(device: string): void
  /** Signals that were malformed. */
  readonly refused: number
}

/** A dialer without dials. */
export function createDirectDialer(ports: DirectDialerPorts): DirectDialer {
  /** By device and dial id, so that nobody can speak in another device's dial. */
  const dials = new Map<string, Dial>()
  /** Devices whose dials are being answered. */
  const incoming: string[] = []
  let refused = 0

  const send = (device: string, signal: DialSignal): boolean => ports.signal(device, encodeDialSignal(signal))

  const open = (device: string, dial: string, initiator: boolean): Dial => {
    const key = `${device}/${dial}`
    const opened = ports.modems.dial({
      initiator,
      iceServers: ports.iceServers(),
      onSignal(signal) {
        if (!send(device, { version: 1, type: 'signal', dial, signal })) opened.abort()
      },
    })
    dials.set(key, opened)
    void opened.carrier.finally(() => dials.delete(key))
    return opened
  }

  const answer = (device: string, { dial, signal }: DialSignal & { type: 'signal' }): void => {
    const own = incoming.filter((other) => other === device).length
    const isFull = incoming.length >= MAX_INCOMING_DIALS || own >= MAX_DIALS_PER_DEVICE
    if (!ports.modems.available() || isFull) {
      send(device, { version: 1, type: 'decline', dial })
      return
    }
    incoming.push(device)
    const answered = open(device, dial, false)
    answered.signal(signal)
    void answered.carrier.then((carrier) => {
      incoming.splice(incoming.indexOf(device), 1)
      if (carrier) ports.onIncoming(carrier, device)
    })
  }

  return {
    dial(device) {
      const dial = base32Encode(ports.random.bytes(16))
      return open(device, dial, true).carrier
    },
    receive(device, text, isWelcome) {
      const decoded = decodeDialSignal(text)
      if (!decoded.ok) {
        refused++
        return
      }
      const signal = decoded.value
      const known = dials.get(`${device}/${signal.dial}`)
      if (known && signal.type === 'decline') known.abort()
      else if (known && signal.type === 'signal') known.signal(signal.signal)
      else if (signal.type === 'signal' && isWelcome) answer(device, signal)
    },
    absent(device) {
      for (const [key, dial] of [...dials]) if (key.startsWith(`${device}/`)) dial.abort()
    },
    get refused() {
      return refused
    },
  }
}
