/** Devices come online, leave, fall silent and lose their storage. */
import { leaseEnd, mayDrop, RENEW_EVERY_MS } from '../../src/core/placement/lease-terms.ts'
import { aliveUntil } from '../../src/core/placement/liveness.ts'
import type { Items } from './items.ts'
import { DAY, EVICTED_AFTER, nextSession } from './population.ts'
import { exponential } from './random.ts'
import type { Repairs } from './repairs.ts'
import { Happening, type World } from './world.ts'

/** The verbs on sessions. */
export interface Sessions {
  /** All devices begin their first sessions within two days. */
  readonly start: () => void
  readonly begin: (device: number) => void
  readonly end: (device: number, turn: number) => void
  readonly fallSilent: (device: number, turn: number) => void
  readonly evict: (device: number, turn: number) => void
  readonly depart: (device: number) => void
  /** Part of one family's browsers lose everything at once; never processes. */
  readonly evictFamily: (family: string, share: number) => void
}

/**
 * The end of the lease that a holder knows of, at the earliest: owners renew weekly, so what it last heard of was signed
 * in the week before it was last seen.
 */
export const knownLeaseEnd = (lastSeen: number): number => leaseEnd('data', lastSeen - RENEW_EVERY_MS)

/** Sessions of a world. */
export const createSessions = (world: World, items: Items, repairs: Repairs): Sessions => {
  const { dice, queue, devices, pieces } = world

  const planDeparture = (device: number): void =>
    queue.put(world.now + exponential(dice, devices.kindOf(device).lifetime), Happening.departs, device)

  const planSession = (device: number, notBefore = world.now): number => {
    const at = nextSession(devices.kindOf(device), devices.habitsOf(device), notBefore, dice)
    queue.put(at, Happening.sessionBegins, device)
    return at
  }

  /** The person goes on with another device, or the same one with nothing on it. */
  const replace = (device: number): void => {
    const newcomer = devices.add(devices.personOf(device), devices.kindIndexOf(device), world.now)
    planSession(newcomer)
    planDeparture(newcomer)
  }

  const planSilence = (device: number): void => {
    const signs = {
      availability: devices.kindOf(device).availability,
      lastSeen: world.now,
      // Challenges come with renewals, to whoever is online.
      lastProof: world.now,
      leaseEnd: knownLeaseEnd(world.now),
    }
    queue.put(aliveUntil(signs), Happening.fallsSilent, device, devices.turns(device))
  }

  const leave = (device: number): void => {
    devices.setOnline(device, false, world.now)
    items.vanish(device)
    planSilence(device)
  }

  const wipe = (device: number): void => {
    if (devices.isGone(device)) return
    devices.setGone(device)
    if (devices.isOnline(device)) leave(device)
    if (devices.isSilent(device)) for (const piece of [...pieces.atDevice(device)]) items.remove(piece)
    replace(device)
  }

  const dropEnded = (device: number): void => {
    if (!mayDrop(knownLeaseEnd(devices.lastSeen(device)), world.now)) return
    for (const piece of [...pieces.atDevice(device)]) items.remove(piece)
  }

  return {
    start: () => {
      for (let device = 0; device < devices.count(); device++) {
        queue.put(dice() * 2 * DAY, Happening.sessionBegins, device)
        planDeparture(device)
      }
    },
    begin: (device) => {
      if (devices.isGone(device)) return
      if (devices.isSilent(device)) dropEnded(device)
      devices.setOnline(device, true, world.now)
      items.appear(device)
      const length = devices.kindOf(device).online(dice)
      queue.put(world.now + length, Happening.sessionEnds, device, devices.turns(device))
      if (devices.isSilent(device)) items.comeBack(device)
      repairs.arrived(device)
    },
    end: (device, turn) => {
      if (devices.turns(device) !== turn) return
      leave(device)
      const next = planSession(device)
      const evicts = devices.kindOf(device).availability === 'evicting-tab'
      if (evicts && next > world.now + EVICTED_AFTER)
        queue.put(world.now + EVICTED_AFTER, Happening.evicts, device, devices.turns(device))
    },
    fallSilent: (device, turn) => {
      if (devices.turns(device) === turn && !devices.isSilent(device)) items.fallSilent(device)
    },
    evict: (device, turn) => {
      if (devices.turns(device) === turn) wipe(device)
    },
    depart: wipe,
    evictFamily: (family, share) => {
      const count = devices.count()
      for (let device = 0; device < count; device++) {
        if (devices.familyOf(device) === family && !devices.isGone(device) && dice() < share) wipe(device)
      }
    },
  }
}
