/** What one device does at most for others' items, so that no loss becomes a storm. Rule PL18. */

/** Repairs under way at one device. */
export const MAX_REPAIRS_AT_ONCE = 2

/** Bytes that one device moves in a day to repair, read and written. */
export const MAX_REPAIR_BYTES_PER_DAY = 64 * 1024 * 1024

const DAY = 24 * 3_600_000

/** What a device has done since `dayStart`. */
export interface RepairBudget {
  readonly running: number
  readonly dayStart: number
  readonly bytes: number
}

/** Nothing done yet. */
export const newRepairBudget = (now: number): RepairBudget => ({ running: 0, dayStart: now, bytes: 0 })

const today = (budget: RepairBudget, now: number): RepairBudget =>
  now >= budget.dayStart + DAY ? { ...budget, dayStart: now, bytes: 0 } : budget

/** Whether a repair that moves `bytes` may begin now. */
export const mayRepair = (budget: RepairBudget, bytes: number, now: number): boolean => {
  const { running, bytes: spent } = today(budget, now)
  return running < MAX_REPAIRS_AT_ONCE && spent + bytes <= MAX_REPAIR_BYTES_PER_DAY
}

/** A repair that moves `bytes` begins. */
export const beginRepair = (budget: RepairBudget, bytes: number, now: number): RepairBudget => {
  const current = today(budget, now)
  return { ...current, running: current.running + 1, bytes: current.bytes + bytes }
}

/** A repair ended, well or not: what it moved stays counted. */
export const endRepair = (budget: RepairBudget): RepairBudget => ({
  ...budget,
  running: Math.max(0, budget.running - 1),
})
