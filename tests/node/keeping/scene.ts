/** Somebody with private things, and people who may or may not keep them. */

import type { TestNode } from '../../support/test-node.ts'
import { until } from '../../support/wait.ts'
import { follow, startPeer } from '../replication/peers.ts'
import { privateEntries } from './private-entries.ts'

/** A node with a person. */
export type Peer = TestNode & { readonly person: string }

/** Waits until `keeper` holds every private entry that `owner` holds of `person`. */
export const keepsPrivateOf = (keeper: TestNode, owner: TestNode, person: string): Promise<true> =>
  until(async () => {
    const [kept, written] = [await privateEntries(keeper, person), await privateEntries(owner, person)]
    return written > 0 && kept === written
  }, 'everything private is kept')

/** Waits until `node` knows that `person` asks its person. */
export const isAsked = (node: TestNode, person: string): Promise<true> =>
  until(
    async () => (await node.query('keepers', {})).asking.some((asking) => asking.person.id === person),
    'somebody asks',
  )

/** Ada with a note and a setting, and people who follow her and whom she follows. */
export const startAda = async (hosts: readonly string[], names: readonly string[]) => {
  const ada = await startPeer('Ada', hosts)
  const others: Peer[] = []
  for (const name of names) {
    const other = await startPeer(name, hosts)
    await follow(other, ada)
    await follow(ada, other)
    others.push(other)
  }
  await ada.get('publish-post', { text: 'in public', pictures: [] })
  await ada.get('save-settings', { theme: 'dark' })
  await ada.get('create-note', {})
  return { ada, others }
}

/** Ada asks, the other agrees, everything is there. */
export const makeKeeper = async (ada: Peer, keeper: Peer): Promise<void> => {
  await ada.get('ask-keeper', { person: keeper.person, on: true })
  await isAsked(keeper, ada.person)
  await keeper.get('keep-for', { person: ada.person, on: true })
  await keepsPrivateOf(keeper, ada, ada.person)
}
