import { expect } from 'chai'
import { describe, it } from '../../support/runner.ts'
import { replicate, startNode, type TestNode } from '../../support/test-node.ts'

const picture = {
  bytes: new Uint8Array(900).fill(5),
  mediaType: 'image/png' as const,
  width: 8,
  height: 6,
  alt: '',
}

const startAuthor = async (name: string) => {
  const node = await startNode(`${name} shares`)
  const { person } = await node.get('create-person', { name })
  await node.get('publish-post', { text: name, pictures: [picture] })
  return { node, person }
}

const askedFor = async (node: TestNode): Promise<string[]> =>
  (await node.services.files.wanted(10)).flatMap(({ persons }) => persons).sort()

describe('a picture that several people show', () => {
  it('[N32] is asked of all of them; when the first is blocked the others are still asked', async () => {
    const ann = await startAuthor('Ann')
    const ben = await startAuthor('Ben')
    const reader = await startNode('reader of both')
    await reader.get('create-person', { name: 'Reader' })
    for (const { node, person } of [ann, ben]) {
      await reader.get('follow', { link: person })
      await replicate(node, reader, person)
    }
    expect(await askedFor(reader)).to.deep.equal([ann.person, ben.person].sort())
    await reader.get('block', { person: ann.person })
    expect(await askedFor(reader)).to.deep.equal([ben.person])
    for (const node of [ann.node, ben.node, reader]) await node.stop()
  })

  it('[N11] what somebody left as a stranger is fetched once they are followed', async () => {
    const alice = await startNode('alice follows late')
    const a = (await alice.get('create-person', { name: 'Alice' })).person
    const { entry } = await alice.get('publish-post', { text: 'post', pictures: [] })
    const ann = await startNode('ann was a stranger')
    const { person } = await ann.get('create-person', { name: 'Ann' })
    ann.platform.clock.set(alice.platform.clock.now())
    await ann.get('follow', { link: a })
    await replicate(alice, ann, a)
    await ann.get('publish-post', { text: 'reply', pictures: [picture], replyTo: entry })
    const [offer] = await ann.services.inbox.pending(a)
    const { events } = ann.services.persons.get(person)!
    expect((await alice.services.inbox.offer(person, offer!.segment, events)).ok).to.equal(true)
    expect(await askedFor(alice)).to.deep.equal([])
    await alice.get('follow', { link: person })
    expect(await askedFor(alice)).to.deep.equal([person])
    await alice.stop()
    await ann.stop()
  })
})
