/** Drives the real steps of repair for every holder that is online, and carries out what they decide. */
import { type RepairClaim, rememberClaim } from '../../src/core/placement/claims.ts'
import { neededOf, piecesOf, repairBelow, repairTraffic } from '../../src/core/placement/redundancy.ts'
import {
  IDLE_REPAIR,
  type RepairState,
  type RepairStep,
  type RepairView,
  repairEnded,
  stepRepair,
} from '../../src/core/placement/repair.ts'
import {
  beginRepair,
  endRepair,
  mayRepair,
  newRepairBudget,
  type RepairBudget,
} from '../../src/core/placement/repair-budget.ts'
import type { Items } from './items.ts'
import { HOUR, SLOT } from './population.ts'
import { Happening, WARM_UP, type World } from './world.ts'

/** What a device sends or receives in a millisecond: one megabit a second. */
const BYTES_PER_MS = 125

const NO_CLAIMS: readonly RepairClaim[] = []

interface Entry {
  state: RepairState
  wakeAt: number | undefined
}

interface Job {
  readonly item: number
  readonly device: number
  readonly targets: readonly number[]
  readonly readBytes: number
  readonly writtenBytes: number
}

/** The verbs on repairs. */
export interface Repairs {
  readonly short: (item: number) => void
  readonly whole: (item: number) => void
  readonly removed: (item: number, device: number) => void
  /** A holder came online. */
  readonly arrived: (device: number) => void
  readonly wake: (item: number, device: number) => void
  readonly copied: (job: number) => void
}

/** Repairs of a world; `items` is asked late, because each needs the other. */
export const createRepairs = (world: World, items: () => Items): Repairs => {
  const { scenario, dice, queue, devices, pieces, live, totals } = world
  const { redundancy } = scenario
  const [wanted, below, needed] = [piecesOf(redundancy), repairBelow(redundancy), neededOf(redundancy)]
  const entries = new Map<number, Entry>()
  const claims = new Map<number, readonly RepairClaim[]>()
  const budgets = new Map<number, RepairBudget>()
  const jobs = new Map<number, Job>()
  /** Entries of each item. */
  const busy = new Int16Array(scenario.items)
  let jobCount = 0

  const keyOf = (item: number, device: number): number => item * 2 ** 20 + device
  const budgetOf = (device: number): RepairBudget => budgets.get(device) ?? newRepairBudget(world.now)
  const holderIds = (item: number) => pieces.ofItem(item).map(pieces.deviceOf)

  const forget = (item: number, device: number): void => {
    if (entries.delete(keyOf(item, device))) busy[item] = busy[item]! - 1
  }

  const keep = (item: number, device: number, { state, wakeAt }: RepairStep): void => {
    if (state.phase === 'idle') {
      forget(item, device)
      return
    }
    const key = keyOf(item, device)
    const known = entries.get(key)
    if (!known) busy[item] = busy[item]! + 1
    if (wakeAt !== undefined && wakeAt !== known?.wakeAt) queue.put(wakeAt, Happening.wakes, item, device)
    entries.set(key, { state, wakeAt })
  }

  const isReadable = (item: number): boolean => world.online[item]! >= needed

  const isAble = (item: number, device: number): boolean => {
    const { readBytes, writtenBytes } = repairTraffic(redundancy, SLOT, wanted - live[item]!)
    return mayRepair(budgetOf(device), readBytes + writtenBytes, world.now) && isReadable(item)
  }

  const step = (item: number, device: number): void => {
    const view: RepairView = {
      now: world.now,
      device,
      redundancy,
      live: live[item]!,
      since: world.since[item]!,
      claims: claims.get(item) ?? NO_CLAIMS,
      // Asked for seldom, and costs more than the rest of a step.
      get isAble() {
        return isAble(item, device)
      },
    }
    const next = stepRepair(entries.get(keyOf(item, device))?.state ?? IDLE_REPAIR, view, dice)
    keep(item, device, next)
    if (next.action.type === 'claim') claim(item, next.action.claim)
    if (next.action.type === 'repair') begin(item, device, next.state)
  }

  const claim = (item: number, made: RepairClaim): void => {
    claims.set(item, rememberClaim(claims.get(item) ?? [], made, new Set(holderIds(item)), world.now))
  }

  const begin = (item: number, device: number, state: RepairState): void => {
    const missing = wanted - live[item]!
    const targets = isReadable(item) ? items().reserve(item, -1, missing) : []
    if (targets.length === 0) {
      totals.failures++
      keep(item, device, repairEnded(state, false, world.now, dice))
      return
    }
    const traffic = repairTraffic(redundancy, SLOT, targets.length)
    const bytes = traffic.readBytes + traffic.writtenBytes
    budgets.set(device, beginRepair(budgetOf(device), bytes, world.now))
    jobs.set(jobCount, { item, device, targets, ...traffic })
    queue.put(world.now + bytes / BYTES_PER_MS, Happening.copied, jobCount++)
    countBeginning()
  }

  const countBeginning = (): void => {
    const hour = Math.floor((world.now - WARM_UP) / HOUR)
    if (hour < 0) return
    totals.repairs++
    totals.repairsByHour[hour] = (totals.repairsByHour[hour] ?? 0) + 1
  }

  const copied = (id: number): void => {
    const { item, device, targets, readBytes, writtenBytes } = jobs.get(id)!
    jobs.delete(id)
    budgets.set(device, endRepair(budgetOf(device)))
    const succeeded = devices.isOnline(device)
    if (world.now >= WARM_UP) {
      totals.readBytes += readBytes
      totals.writtenBytes += writtenBytes
    }
    for (const target of targets) {
      if (succeeded && devices.isOnline(target)) items().arrive(item, target)
      else items().release(target)
    }
    const entry = entries.get(keyOf(item, device))
    if (entry?.state.phase === 'repairing') keep(item, device, repairEnded(entry.state, succeeded, world.now, dice))
    items().check(item)
  }

  const forHolders = (item: number, visit: (device: number) => void): void => {
    for (const device of holderIds(item)) if (devices.isOnline(device) && !devices.isSilent(device)) visit(device)
  }

  return {
    short: (item) => {
      if (scenario.repair && isReadable(item)) forHolders(item, (device) => step(item, device))
    },
    whole: (item) => {
      claims.delete(item)
      if (busy[item] === 0) return
      for (const device of holderIds(item)) if (entries.has(keyOf(item, device))) step(item, device)
    },
    removed: forget,
    arrived: (device) => {
      if (!scenario.repair) return
      for (const piece of pieces.atDevice(device)) {
        const item = pieces.itemOf(piece)
        // Who could only wait for others leaves it to them: whoever comes last looks.
        if (live[item]! < below && isReadable(item)) step(item, device)
      }
    },
    wake: (item, device) => {
      const entry = entries.get(keyOf(item, device))
      if (entry?.wakeAt !== world.now) return
      entry.wakeAt = undefined
      if (devices.isOnline(device)) step(item, device)
    },
    copied,
  }
}
