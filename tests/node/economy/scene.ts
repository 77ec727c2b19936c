/** A node with a person and its ledger, and persons who say things to it. */
import { bytesToHex } from '../../../src/core/bytes.ts'
import type { LedgerBody, LedgerEvidence, PersonDevice } from '../../../src/core/economy/statement-types.ts'
import type { LedgerBook } from '../../../src/node-worker/economy/ledger-book.ts'
import { append, type Device, leaseOf, type Person } from '../../core/economy/world.ts'
import type { TestPlatform } from '../../support/platform.ts'
import { startNode, type TestNode } from '../../support/test-node.ts'

/** See the module's doc. */
export interface Keeper extends TestNode {
  readonly me: PersonDevice
  readonly book: LedgerBook
}

/** A node whose person is there, over a fresh platform or over `platform`. */
export const startKeeper = async (name: string, platform?: TestPlatform): Promise<Keeper> => {
  const node = await startNode(`${name}-${Math.random()}`, platform && { platform })
  if (!node.services.account.self()) await node.get('create-person', { name })
  const { person, device } = node.services.account.self()!
  return { ...node, me: { person, device: device.signer.publicKey }, book: await node.services.ledger() }
}

/** The same node after its end and another start. */
export const restart = async (keeper: Keeper): Promise<Keeper> => {
  // Stores of tests do not outlive their close.
  const platform = keeper.platform
  await keeper.book.close()
  return startKeeper('again', platform)
}

/** The node knows the keys of a person. */
export const introduce = async ({ services }: TestNode, { id, chain }: Person): Promise<void> => {
  await services.persons.applyKeyEvents(
    id,
    chain.map(({ bytes }) => bytes),
  )
}

/** A lease as it is told, with its id in hex and in bytes. */
export interface Left {
  readonly evidence: LedgerEvidence
  readonly id: Uint8Array
  readonly hex: string
  readonly said: LedgerBody
}

/** `owner` writes a lease that leaves a block with `holder`. */
export const leave = async (
  owner: Device,
  holder: PersonDevice,
  change: Parameters<typeof leaseOf>[2] = {},
): Promise<Left> => {
  const said = leaseOf(owner, holder, change)
  const { id, entry, payload } = await append(owner, said)
  return { evidence: { entry, payload }, id, hex: bytesToHex(id), said }
}
