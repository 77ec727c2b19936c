/**
 * What a node can start without, as one chunk: a chunk of its own for each would cut the node's script into more pieces,
 * because what two chunks share has to stand in a third.
 */
export { openEconomy } from './economy/economy.ts'
export { createForeign } from './foreign/foreign.ts'
export { startLeasing } from './leasing/leasing.ts'
export { createSharing } from './sharing/sharing.ts'
export { createTransfer } from './transfer/transfer.ts'
