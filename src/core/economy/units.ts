/**
 * What storage is counted in. Given is given in slots, room for one whole block, because that is what a person can
 * picture and promise. Kept is charged in steps of 4 KiB: a whole slot for a note of 300 bytes would make small things
 * dear, and below 4 KiB the lease, the receipt and the rows of a copy weigh more than the copy. All sums are whole steps,
 * so no order of adding them gives another sum. Rule Q1 of docs/protocol.
 */
import { MAX_BLOCK_BYTES } from '../limits.ts'

/** Bytes of a slot: room for one block. */
export const SLOT_BYTES = MAX_BLOCK_BYTES

/** Bytes of a step, the unit of balances. */
export const STEP_BYTES = 4096

/** Steps in a slot. */
export const STEPS_PER_SLOT = SLOT_BYTES / STEP_BYTES

/** [Q1] Steps that one copy of `size` bytes costs: rounded up, and never nothing. */
export const stepsOf = (size: number): number => Math.max(1, Math.ceil(size / STEP_BYTES))
