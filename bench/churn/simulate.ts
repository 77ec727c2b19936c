/** Runs one network through one scenario, and says what became of its items. */
import { neededOf, piecesOf } from '../../src/core/placement/redundancy.ts'
import { type Interval, meanOf, wilson } from './intervals.ts'
import { createItems, type Items } from './items.ts'
import { DAY, HOUR } from './population.ts'
import { createRepairs } from './repairs.ts'
import { createSessions, knownLeaseEnd } from './sessions.ts'
import { createWorld, Happening, PLACING, type Scenario, WARM_UP, type World } from './world.ts'

/** What came of a run. */
export interface Outcome {
  readonly items: number
  /** Items that could not be brought back at the end. */
  readonly lost: number
  /** Part of the items that could be brought back; a proportion of items that are taken to be independent. */
  readonly durability: Interval
  /** Part of the time in which an item could be read at once, and within a day; a mean over items. */
  readonly readableNow: Interval
  readonly readableInADay: Interval
  /** Part of the devices, on average. */
  readonly onlineShare: number
  /** Bytes that repair moved for each device and day, and of these what was read to make shards. */
  readonly repairBytesPerDeviceDay: number
  readonly readShare: number
  readonly repairs: number
  readonly failures: number
  /** Repairs in the busiest hour, for each 1,000 devices. */
  readonly busiestHour: number
  /** Pieces at devices that are there, alive or surplus, over what the redundancy wants. */
  readonly storedOverWanted: number
}

/** How often it is looked whether items can be read. */
const MEASURE_EVERY = 4 * HOUR

/** Whether a device still has what it took: not wiped, and its lease as it knows it not over. */
const hasData = ({ devices, now }: World, device: number): boolean =>
  !devices.isGone(device) && (devices.isOnline(device) || now < knownLeaseEnd(devices.lastSeen(device)))

const measure = (world: World): void => {
  const { pieces, devices, totals, scenario, now } = world
  const needed = neededOf(scenario.redundancy)
  const wasHere = (device: number): boolean =>
    !devices.isGone(device) && (devices.isOnline(device) || devices.lastSeen(device) > now - DAY)
  for (let item = 0; item < totals.readableNow.length; item++) {
    if (world.online[item]! >= needed) totals.readableNow[item]! += 1
    if (pieces.countOfItem(item, wasHere) >= needed) totals.readableInADay[item]! += 1
  }
  totals.samples++
  totals.onlineShare += devices.online() / scenario.devices
  world.queue.put(now + MEASURE_EVERY, Happening.measures, 0)
}

const plan = ({ queue, scenario, dice }: World): void => {
  for (let item = 0; item < scenario.items; item++)
    queue.put(WARM_UP - PLACING + dice() * PLACING, Happening.isPlaced, item)
  queue.put(WARM_UP, Happening.measures, 0)
  if (scenario.evicted > 0) queue.put(WARM_UP + (scenario.days / 2) * DAY, Happening.familyEvicts, 0)
}

/** Simulates a scenario. The same scenario, seed included, has the same outcome to the last digit. */
export const simulate = (scenario: Scenario): Outcome => {
  const world = createWorld(scenario)
  const repairs = createRepairs(world, () => items)
  const items: Items = createItems(world, repairs)
  const sessions = createSessions(world, items, repairs)
  const handlers: Readonly<Record<number, (a: number, b: number) => void>> = {
    [Happening.sessionBegins]: sessions.begin,
    [Happening.sessionEnds]: sessions.end,
    [Happening.fallsSilent]: sessions.fallSilent,
    [Happening.evicts]: sessions.evict,
    [Happening.departs]: sessions.depart,
    [Happening.isPlaced]: items.place,
    [Happening.wakes]: repairs.wake,
    [Happening.copied]: repairs.copied,
    [Happening.trims]: items.trim,
    [Happening.familyEvicts]: () => sessions.evictFamily('chromium', scenario.evicted),
    [Happening.measures]: () => measure(world),
  }
  sessions.start()
  plan(world)
  for (let event = world.queue.take(); event; event = world.queue.take()) {
    world.now = event.at
    handlers[event.kind]!(event.a, event.b)
  }
  world.now = WARM_UP + scenario.days * DAY
  return summarize(world)
}

const summarize = (world: World): Outcome => {
  const { pieces, scenario, totals } = world
  const needed = neededOf(scenario.redundancy)
  let lost = 0
  let stored = 0
  for (let item = 0; item < scenario.items; item++) {
    const left = pieces.countOfItem(item, (device) => hasData(world, device))
    if (left < needed) lost++
    stored += left
  }
  const moved = totals.readBytes + totals.writtenBytes
  return {
    items: scenario.items,
    lost,
    durability: wilson(scenario.items - lost, scenario.items),
    readableNow: meanOf(Array.from(totals.readableNow, (count) => count / totals.samples)),
    readableInADay: meanOf(Array.from(totals.readableInADay, (count) => count / totals.samples)),
    onlineShare: totals.onlineShare / totals.samples,
    repairBytesPerDeviceDay: moved / scenario.devices / scenario.days,
    readShare: moved > 0 ? totals.readBytes / moved : 0,
    repairs: totals.repairs,
    failures: totals.failures,
    busiestHour: (totals.repairsByHour.reduce((a, b) => Math.max(a, b), 0) * 1000) / scenario.devices,
    storedOverWanted: stored / scenario.items / piecesOf(scenario.redundancy),
  }
}
