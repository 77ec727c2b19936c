/** Somebody whose key events are known from a handshake before they are followed. */
import { expect } from 'chai'
import { describe, it } from '../../support/runner.ts'
import { startNode } from '../../support/test-node.ts'

describe('who was met before they are followed', () => {
  it('[RC3] is not forgotten by the follow: what they signed is believed at once, and their key events are stored', async () => {
    const [alice, bob] = [await startNode('met alice'), await startNode('met bob')]
    const { person } = await alice.get('create-person', { name: 'Alice' })
    await bob.get('create-person', { name: 'Bob' })
    const { persons } = bob.services
    const { events } = alice.services.persons.get(person)!
    await persons.applyKeyEvents(person, events)
    expect(persons.get(person)).to.equal(undefined)
    await bob.get('follow', { link: person })
    expect((await persons.keyState(person))?.chain).to.deep.equal(events)
    expect(persons.get(person)?.events).to.deep.equal(events)
    await alice.stop()
    await bob.stop()
  })
})
