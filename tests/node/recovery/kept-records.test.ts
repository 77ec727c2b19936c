/** What a follower keeps so that somebody can come back, and what they do not let anybody make them keep. */
import { expect } from 'chai'
import { cidToString } from '../../../src/core/blocks/cid.ts'
import { packKeyEvents } from '../../../src/core/identity/key-list.ts'
import { GROUP_ZERO, NETWORK_ZERO } from '../../../src/core/limits.ts'
import { createLocator, locatorKey } from '../../../src/core/records/locator.ts'
import { PATHS, publicStorageKey } from '../../../src/core/records/storage-key.ts'
import type { Self } from '../../../src/node-worker/person/account.ts'
import { signPublic } from '../../../src/node-worker/person/records.ts'
import { describe, it } from '../../support/runner.ts'
import { startNode, type TestNode } from '../../support/test-node.ts'

const ENTROPY = new Uint8Array(16).fill(3)
const OTHER = new Uint8Array(16).fill(4)

interface Scene {
  readonly ada: TestNode
  readonly bob: TestNode
  readonly person: string
  /** Signs a record of Ada's and hands it to Bob. @returns what became of it */
  put(path: string, value: unknown, seq: number): Promise<string>
}

const startScene = async (seed: string): Promise<Scene> => {
  const ada = await startNode(`${seed} ada`)
  const { person } = await ada.get('create-person', { name: 'Ada' })
  const bob = await startNode(`${seed} bob`)
  await bob.get('create-person', { name: 'Bob' })
  await bob.get('follow', { link: person })
  await bob.services.persons.applyKeyEvents(person, ada.services.persons.get(person)!.events)
  const self = ada.services.account.self() as Self
  const keyEvent = (await ada.services.persons.keyState(person))!.newest
  return {
    ada,
    bob,
    person,
    async put(path, value, seq) {
      const signed = await signPublic(self, { path, value, keyEvent, seq, days: 400 }, ada.platform.clock.now())
      const outcome = await bob.services.records.put(signed.record.key, signed.bytes)
      return outcome.type === 'refused' ? outcome.reason : outcome.type
    },
  }
}

const locatorOf = async (node: TestNode, entropy: Uint8Array, person: string): Promise<Uint8Array> =>
  (await createLocator({ entropy, person, network: NETWORK_ZERO, group: GROUP_ZERO }, node.platform.crypto)).bytes

describe('what a follower keeps', () => {
  it('[RC1] one locator a person, under its own key, as long as the person is kept', async () => {
    const { ada, bob, person, put } = await startScene('locators')
    const [first, second] = [await locatorOf(ada, ENTROPY, person), await locatorOf(ada, OTHER, person)]
    const [one, other] = [await locatorKey(ENTROPY, ada.platform.crypto), await locatorKey(OTHER, ada.platform.crypto)]
    const { records } = bob.services
    expect(await put(PATHS.locator, first, 1)).to.equal('kept')
    expect(await records.get(one)).to.deep.equal(first)
    expect(await put(PATHS.locator, second, 2)).to.equal('kept')
    expect(await records.get(one)).to.equal(undefined)
    expect(await records.get(other)).to.deep.equal(second)
    expect(await put(PATHS.locator, first, 1)).to.equal('older')
    await bob.get('block', { person })
    expect(await records.get(other)).to.equal(undefined)
    for (const node of [ada, bob]) await node.stop()
  })

  it('[RC1] what is no locator, names somebody else, or is not signed by its key is refused', async () => {
    const { ada, bob, person, put } = await startScene('false locators')
    const mine = (await bob.query('session', {})) as { me: { id: string } }
    const whole = await locatorOf(ada, ENTROPY, person)
    const forged = whole.slice()
    forged[forged.length - 1]! ^= 1
    const profile = await ada.services.records.get(publicStorageKey(person, PATHS.profile))
    for (const value of ['text', null, new Uint8Array(9), profile, await locatorOf(ada, ENTROPY, mine.me.id)])
      expect(await put(PATHS.locator, value, 1)).to.equal('malformed')
    expect(await put(PATHS.locator, forged, 1)).to.be.oneOf(['forged', 'malformed'])
    expect(await bob.services.records.get(await locatorKey(ENTROPY, ada.platform.crypto))).to.equal(undefined)
    expect(await put(PATHS.locator, whole, 1)).to.equal('kept')
    for (const node of [ada, bob]) await node.stop()
  })

  it('[RC1] a locator that anybody else brings is not kept, whomever it names', async () => {
    const { ada, bob, person } = await startScene('loose locators')
    const key = await locatorKey(ENTROPY, ada.platform.crypto)
    const loose = await locatorOf(ada, ENTROPY, person)
    expect(await bob.services.records.put(key, loose)).to.deep.equal({ type: 'refused', reason: 'not-wanted' })
    expect(await bob.services.records.offer(key, loose)).to.equal('not-wanted')
    for (const node of [ada, bob]) await node.stop()
  })

  it('[RC2] the blocks of the key events that are known, and of no others', async () => {
    const { ada, bob, person, put } = await startScene('key blocks')
    const state = (await ada.services.persons.keyState(person))!
    const { list, blocks } = packKeyEvents(state)
    expect(await put(PATHS.keys, list, 1)).to.equal('kept')
    for (const { cid, bytes } of blocks) {
      expect(await bob.services.files.get(cidToString(cid))).to.deep.equal(bytes)
    }
    const unknown = packKeyEvents({ chain: [new Uint8Array(40)], proof: [] })
    expect(await put(PATHS.keys, unknown.list, 2)).to.equal('kept')
    for (const { cid } of [...blocks, ...unknown.blocks]) {
      expect(await bob.services.files.get(cidToString(cid))).to.equal(undefined)
    }
    expect(await bob.services.files.wanted(10)).to.deep.equal([])
    for (const node of [ada, bob]) await node.stop()
  })
})
