/** What a person's key events say, as pages show it. */
import { expect } from 'chai'
import { describe, it } from '../../support/runner.ts'
import { startNode } from '../../support/test-node.ts'
import { startAuthor } from '../replication/hostile-peer.ts'
import { createKeyWriter } from '../replication/key-writer.ts'

describe('the history of a person’s keys', () => {
  it('[U22] tells each event, newest first, with the name of the device', async () => {
    const [ann, bob] = [await startAuthor('Ann', 0), await startNode('history bob')]
    await bob.get('create-person', { name: 'Bob' })
    const writer = await createKeyWriter(ann)
    const chain = await writer.withDevices(2)
    const rotation = await writer.rotation(chain, 5)
    await bob.services.persons.applyKeyEvents(ann.id, [...chain, rotation])
    const history = await bob.query('key-history', { person: ann.id })
    const kinds = ['rotate', 'remove-device', 'add-device', 'add-device', 'inception']
    expect(history.map(({ kind }) => kind)).to.deep.equal(kinds)
    expect(history[0]).to.deep.equal({ kind: 'rotate', time: 5 })
    expect(history[1]).to.deep.equal({ kind: 'remove-device', time: 1, device: 'x'.repeat(64) })
    expect(history.at(-1)).to.not.have.property('device')
    expect(await bob.query('key-history', { person: bob.services.account.self()!.person })).to.have.length(2)
    await ann.stop()
    await bob.stop()
  })

  it('[U22] is empty of somebody of whom nothing is known', async () => {
    const [ann, bob] = [await startAuthor('Ann', 0), await startNode('history of nobody')]
    expect(await bob.query('key-history', { person: ann.id })).to.deep.equal([])
    await ann.stop()
    await bob.stop()
  })
})
