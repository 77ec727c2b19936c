/** Pieces come and go: what that does to an item's live count, and what follows from it. */
import { chooseHolders } from '../../src/core/placement/choose-holders.ts'
import type { Place } from '../../src/core/placement/placement-types.ts'
import { piecesOf, repairBelow } from '../../src/core/placement/redundancy.ts'
import { chooseSurplus, type HeldPiece, SURPLUS_PATIENCE_MS } from '../../src/core/placement/surplus.ts'
import { DAY, HOUR, SLOT } from './population.ts'
import { pick } from './random.ts'
import { Happening, WARM_UP, type World } from './world.ts'

/** Devices that an index names when it is asked for room. */
const NAMED_BY_INDEX = 32

/** What else has to know. */
export interface ItemListener {
  /** Fewer pieces are alive than repair allows, and something changed. */
  readonly short: (item: number) => void
  readonly whole: (item: number) => void
  readonly removed: (item: number, device: number) => void
}

/** The verbs on items. */
export interface Items {
  /** Whether a device may count as a holder that is heard of. */
  readonly counts: (piece: number) => boolean
  readonly check: (item: number) => void
  /** Devices that would take so many pieces, their room taken. */
  readonly reserve: (item: number, owner: number, missing: number) => number[]
  readonly release: (device: number) => void
  /** A piece for which room was reserved arrives. */
  readonly arrive: (item: number, device: number) => void
  readonly remove: (piece: number) => void
  readonly place: (item: number) => void
  readonly trim: (item: number) => void
  readonly fallSilent: (device: number) => void
  readonly comeBack: (device: number) => void
  /** A device came online or left: so do its pieces. */
  readonly appear: (device: number) => void
  readonly vanish: (device: number) => void
}

/** Items of a world. */
export const createItems = (world: World, listener: ItemListener): Items => {
  const { scenario, dice, queue, devices, pieces, live, online, since } = world
  const { redundancy } = scenario
  const wanted = piecesOf(redundancy)
  const below = repairBelow(redundancy)
  const trimming = new Uint8Array(scenario.items)

  const counts = (piece: number): boolean => !devices.isSilent(pieces.deviceOf(piece))

  const check = (item: number): void => {
    if (live[item]! < below) listener.short(item)
    else listener.whole(item)
    if (live[item]! > wanted && !trimming[item]) {
      trimming[item] = 1
      queue.put(world.now + SURPLUS_PATIENCE_MS, Happening.trims, item)
    }
  }

  const change = (item: number, by: 1 | -1): void => {
    live[item] = live[item]! + by
    if (by < 0) since[item] = world.now
  }

  const places = (item: number, alive: boolean): Place[] =>
    pieces
      .ofItem(item)
      .filter((piece) => counts(piece) === alive)
      .map((piece) => devices.placeOf(pieces.deviceOf(piece)))

  const heldPiece = (piece: number): HeldPiece => {
    const { device, person, availability, family } = devices.placeOf(pieces.deviceOf(piece))
    return { device, person, availability, family, since: pieces.takenAt(piece) }
  }

  const release = (device: number): void => devices.occupy(device, -world.pieceBytes)

  const remove = (piece: number): void => {
    const [item, device] = [pieces.itemOf(piece), pieces.deviceOf(piece)]
    if (counts(piece)) change(item, -1)
    if (devices.isOnline(device)) online[item] = online[item]! - 1
    pieces.remove(piece)
    release(device)
    listener.removed(item, device)
  }

  /** The row is full of devices that are silent: the one that was seen longest ago makes room. */
  const forgetOldest = (item: number): void => {
    const silent = pieces.ofItem(item).filter((piece) => !counts(piece))
    const seen = (piece: number) => devices.lastSeen(pieces.deviceOf(piece))
    if (silent.length > 0) remove(silent.reduce((a, b) => (seen(b) < seen(a) ? b : a)))
  }

  const put = (item: number, device: number): boolean => {
    if (pieces.put(item, device, world.now) !== undefined) return true
    forgetOldest(item)
    return pieces.put(item, device, world.now) !== undefined
  }

  const reserve = (item: number, owner: number, missing: number): number[] => {
    const held = places(item, true)
    const request = {
      redundancy,
      bytes: SLOT,
      owner,
      held,
      silent: places(item, false),
      candidates: devices.candidates(NAMED_BY_INDEX, dice),
      balanceBytes: missing * world.pieceBytes,
    }
    const chosen = chooseHolders(request, dice).chosen.map(({ device }) => Number(device))
    for (const device of chosen) devices.occupy(device, world.pieceBytes)
    return chosen
  }

  const arrive = (item: number, device: number): void => {
    const isHere = pieces.ofItem(item).some((piece) => pieces.deviceOf(piece) === device)
    if (isHere || devices.isGone(device) || !put(item, device)) {
      release(device)
      return
    }
    change(item, 1)
    if (devices.isOnline(device)) online[item] = online[item]! + 1
  }

  return {
    counts,
    check,
    reserve,
    release,
    arrive,
    remove,
    place: (item) => {
      const missing = (scenario.placed ?? wanted) - live[item]!
      for (const device of reserve(item, pick(dice, devices.persons), missing)) arrive(item, device)
      const isPlaced = live[item]! >= (scenario.placed ?? wanted)
      if (!isPlaced && world.now < WARM_UP) queue.put(world.now + HOUR, Happening.isPlaced, item)
      else check(item)
    },
    trim: (item) => {
      trimming[item] = 0
      const alive = pieces.ofItem(item).filter(counts)
      const held = alive.map((piece) => heldPiece(piece))
      const surplus = new Set(chooseSurplus(redundancy, held))
      // Who is away gives notice when it is back.
      for (const piece of alive) {
        const device = pieces.deviceOf(piece)
        if (surplus.has(device) && devices.isOnline(device)) remove(piece)
      }
      if (live[item]! > wanted) {
        trimming[item] = 1
        queue.put(world.now + DAY, Happening.trims, item)
      }
    },
    fallSilent: (device) => {
      const at = [...pieces.atDevice(device)]
      const items = at.map(pieces.itemOf)
      for (const item of items) change(item, -1)
      devices.setSilent(device, true)
      // What is gone does not come back, though nobody else knows yet.
      if (devices.isGone(device)) for (const piece of at) remove(piece)
      for (const item of items) check(item)
    },
    appear: (device) => {
      for (const piece of pieces.atDevice(device)) online[pieces.itemOf(piece)]! += 1
    },
    vanish: (device) => {
      for (const piece of pieces.atDevice(device)) online[pieces.itemOf(piece)]! -= 1
    },
    comeBack: (device) => {
      devices.setSilent(device, false)
      const items = pieces.atDevice(device).map(pieces.itemOf)
      for (const item of items) change(item, 1)
      for (const item of items) check(item)
    },
  }
}
