/**
 * Places for handshakes that are under way. No device takes them all, and those whom others opened leave some for those
 * that this node opens itself.
 */
import { bytesToHex } from '../../core/bytes.ts'
import { MAX_HANDSHAKES, MAX_HANDSHAKES_PER_DEVICE, MAX_INCOMING_HANDSHAKES } from '../../core/wire/wire-limits.ts'
import type { CarrierInbox } from './carrier-inbox.ts'

/** See the module's doc. `device` is whom the carrier is said to lead to, if anybody. */
export interface HandshakePlaces {
  isFull(incoming: boolean, device: Uint8Array | undefined): boolean
  /** @returns frees the place */
  take(inbox: CarrierInbox, incoming: boolean, device: Uint8Array | undefined): () => void
  inboxes(): readonly CarrierInbox[]
}

interface Place {
  readonly incoming: boolean
  readonly device: string | undefined
}

const nameOf = (device: Uint8Array | undefined): string | undefined => device && bytesToHex(device)

/** All places free. */
export const createHandshakePlaces = (): HandshakePlaces => {
  const places = new Map<CarrierInbox, Place>()
  const count = (counts: (place: Place) => boolean): number => [...places.values()].filter(counts).length
  return {
    isFull(incoming, device) {
      const name = nameOf(device)
      if (places.size >= MAX_HANDSHAKES) return true
      if (incoming && count((place) => place.incoming) >= MAX_INCOMING_HANDSHAKES) return true
      return name !== undefined && count((place) => place.device === name) >= MAX_HANDSHAKES_PER_DEVICE
    },
    take(inbox, incoming, device) {
      places.set(inbox, { incoming, device: nameOf(device) })
      return () => void places.delete(inbox)
    },
    inboxes: () => [...places.keys()],
  }
}
