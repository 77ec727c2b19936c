/** How many people are remembered whose leases are over. */
import { expect } from 'chai'
import { PATHS, publicStorageKey } from '../../../src/core/records/storage-key.ts'
import { MAX_REMEMBERED, openRemembered } from '../../../src/node-worker/leasing/remembered.ts'
import type { Standing } from '../../../src/node-worker/leasing/standing.ts'
import { TEST_TIME } from '../../support/platform.ts'
import { afterEach, beforeEach, describe, it } from '../../support/runner.ts'
import { startNode, type TestNode } from '../../support/test-node.ts'

const nobody: ReadonlySet<string> = new Set()

describe('remembered people', () => {
  let ada: TestNode & { readonly person: string }
  let bob: TestNode
  const keys = () => publicStorageKey(ada.person, PATHS.keys)
  const ports = async (node: TestNode) => ({
    services: node.services,
    standing: node.services.leases as Standing,
    book: await node.services.ledger(),
    me: node.services.account.self()!.person,
  })

  beforeEach(async () => {
    const node = await startNode('Ada')
    ada = { ...node, ...(await node.get('create-person', { name: 'Ada' })) }
    bob = await startNode('Bob')
    await bob.get('create-person', { name: 'Bob' })
    await bob.services.persons.applyKeyEvents(ada.person, ada.services.persons.get(ada.person)!.events)
    await bob.services.persons.keep(ada.person)
    await bob.services.records.put(keys(), (await ada.services.records.get(keys()))!)
  })
  afterEach(async () => {
    await ada.stop()
    await bob.stop()
  })

  const remember = (persons: readonly string[], time: (i: number) => number): Promise<void> =>
    bob.platform.store.write(['queue'], 'relaxed', async (tx) => {
      for (const [i, person] of persons.entries()) await tx.put('queue', ['remembered', person], time(i))
    })
  const isHere = async (): Promise<boolean> => (await bob.services.records.get(keys())) !== undefined

  it('[RC20] are as many as the limit says: those for whom nothing has been kept for longest go, whoever has something here stays', async () => {
    await remember(
      Array.from({ length: MAX_REMEMBERED }, (_, i) => `person ${i}`),
      (i) => TEST_TIME + i,
    )
    await remember([ada.person], () => TEST_TIME - 1)
    const remembered = await openRemembered(await ports(bob))
    expect(bob.services.leases.remembered()).to.have.length(MAX_REMEMBERED + 1)
    // Nothing is held of the others, so they go too.
    await remembered.look(new Set([ada.person]))
    expect(bob.services.leases.remembered()).to.deep.equal([ada.person])
    expect(await isHere()).to.equal(true)
  })

  it('[RC20] the longest silent one goes first, with all that was kept of them', async () => {
    await remember([ada.person], () => TEST_TIME - 1)
    const others = new Set(Array.from({ length: MAX_REMEMBERED }, (_, i) => `person ${i}`))
    const remembered = await openRemembered(await ports(bob))
    await remembered.look(others)
    expect(bob.services.leases.remembered()).to.have.length(MAX_REMEMBERED).and.to.not.include(ada.person)
    expect(await isHere()).to.equal(false)
    expect(bob.services.persons.get(ada.person)).to.equal(undefined)
  })

  it('[RC20] whoever keeps something of this person is forgotten, but not who they are', async () => {
    await remember([ada.person], () => TEST_TIME - 1)
    const others = new Set(Array.from({ length: MAX_REMEMBERED }, (_, i) => `person ${i}`))
    const known = await ports(bob)
    const book = {
      ...known.book,
      view: () => ({ ...known.book.view(), copiesOf: () => [{ holderPerson: ada.person }] }),
    } as unknown as typeof known.book
    await (await openRemembered({ ...known, book })).look(others)
    expect(await isHere()).to.equal(false)
    expect(bob.services.persons.get(ada.person)).to.not.equal(undefined)
  })

  it('[RC20] whoever is followed by now is kept for that', async () => {
    await remember([ada.person], () => TEST_TIME)
    await bob.get('follow', { link: (await ada.get('my-link', {})).link })
    const remembered = await openRemembered(await ports(bob))
    await remembered.look(nobody)
    expect(bob.services.leases.remembered()).to.deep.equal([])
    expect(await isHere()).to.equal(true)
  })
})
