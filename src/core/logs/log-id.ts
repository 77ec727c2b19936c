/**
 * Log ids of a device: kind and generation in one number. A log that was forked stops for every reader; its device goes
 * on in the next generation of the same kind. Rule L9 of docs/protocol, docs/decisions/0009.
 */

/** Ids from one generation of a kind to the next: one for each kind. */
export const LOG_ID_STEP = 4
/** Kinds of logs there are; what each is for is the node's affair, but for the ledger. */
export const LOG_KINDS = 4
/** The kind of a device's ledger: its pledges and leases (core/economy). */
export const LOG_LEDGER = 3
/**
 * The last generation, the first being 0. All logs of a device then fit one removal, and whoever forks on purpose gains
 * a handful of logs, no more.
 */
export const MAX_LOG_GENERATION = 7

/** The id of the log of a kind in a generation. */
export const logIdOf = (kind: number, generation: number): number => kind + LOG_ID_STEP * generation

/** How often the device had to begin a log of that kind anew. */
export const logGeneration = (logId: number): number => Math.floor(logId / LOG_ID_STEP)

/** The kind of a log; undefined when there is no such log. */
export const logKind = (logId: number): number | undefined =>
  logId % LOG_ID_STEP < LOG_KINDS && logGeneration(logId) <= MAX_LOG_GENERATION ? logId % LOG_ID_STEP : undefined
