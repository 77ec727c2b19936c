/** Nodes that lease: each dials a host, keeps things of the others and leaves its own with them. */

import { bytesToHex } from '../../../src/core/bytes.ts'
import { LedgerType, STATEMENT_VERSION } from '../../../src/core/economy/statement-types.ts'
import { LOG_LEDGER, logKind } from '../../../src/core/logs/log-id.ts'
import type { Clock } from '../../../src/core/ports.ts'
import { listLeased } from '../../../src/node-worker/files/kept-blocks.ts'
import { connectWith } from '../../../src/node-worker/swarm/connect.ts'
import type { SafetyView } from '../../../src/rpc/safety.ts'
import type { TestPlatform } from '../../support/platform.ts'
import { startNode, type TestNode } from '../../support/test-node.ts'
import { until } from '../../support/wait.ts'
import { networkedPlatform } from '../replication/peers.ts'

/** A node with a person. */
export type Lessee = TestNode & { readonly person: string }

const SLOTS = 256

/** How a node differs from others. */
interface LesseeOptions {
  readonly clock?: Clock
  readonly slots?: number
  readonly change?: (platform: TestPlatform) => TestPlatform
}

/** A node with a person that leases, and gives 64 MiB. */
export const startLeasing = async (
  name: string,
  hosts: readonly string[],
  { slots = SLOTS, clock, change = (platform) => platform }: LesseeOptions = {},
): Promise<Lessee> => {
  const platform = change(await networkedPlatform(name, hosts, clock))
  const node = await startNode(name, { platform, options: { connect: connectWith({ leases: true }) } })
  const { person } = await node.get('create-person', { name })
  await give({ ...node, person }, slots)
  return { ...node, person }
}

/** Lets the node give so many slots. */
export const give = async (node: Lessee, slots: number): Promise<void> => {
  const book = await node.services.ledger()
  await book.say([{ type: LedgerType.pledge, body: { version: STATEMENT_VERSION, person: node.person, slots } }])
}

/** Waits for what the node says of its safety. */
export const untilSafety = (
  node: TestNode,
  isSo: (view: SafetyView) => boolean,
  what: string,
  milliseconds = 60_000,
): Promise<SafetyView> =>
  until(
    async () => {
      const view = await node.query('safety', {})
      return view && isSo(view) ? view : undefined
    },
    what,
    milliseconds,
  )

/** Everything has as many copies as are wanted. */
export const isWhole = (view: SafetyView): boolean =>
  view.survives && view.shortage === undefined && view.kinds.every(({ fewest }) => fewest >= view.copies - 1)

/** Logs of the owner that are at a node, but for the ledger. */
export const logsAt = async (node: Lessee, owner: Lessee): Promise<number> =>
  (await node.services.logs.heads(owner.person)).filter(({ log }) => logKind(log) !== LOG_LEDGER).length

/** Blocks that a node keeps for the owner under leases, or is to keep. */
export const blocksAt = async (node: Lessee, owner: Lessee) => {
  const leased = await node.platform.store.read(['blockMeta'], listLeased)
  return leased.filter((block) => block.owner === owner.person)
}

/** What is left with a node, as that node's ledger says it: signed for, with the end of its newest lease. */
export const leftWith = async (holder: Lessee, owner: Lessee): Promise<Map<string, number>> => {
  const book = await holder.services.ledger()
  const device = bytesToHex(holder.services.account.self()!.device.signer.publicKey)
  const copies = book.view().copiesOf(owner.person)
  const held = copies.filter((copy) => copy.holderDevice === device && copy.held > 0)
  const endOf = ({ leases }: (typeof held)[number]): number =>
    Math.max(...leases.filter(({ id }) => book.receipt(id)).map(({ ends }) => ends))
  return new Map(held.map((copy) => [copy.subject, endOf(copy)]))
}
