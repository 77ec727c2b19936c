import { expect } from 'chai'
import { sliceSegment } from '../../../src/core/logs/segment.ts'
import { MAX_PIECES } from '../../../src/node-worker/log/ingest.ts'
import { MAX_POST_LENGTH } from '../../../src/node-worker/social/bodies.ts'
import { describe, it } from '../../support/runner.ts'
import { createHostileAuthor, forget, hand, post, shown, startFollower } from './hostile-author.ts'

describe('forks and gaps', () => {
  it('[N7] a fork comes to the same end in whichever order its halves arrive', async () => {
    const ann = await createHostileAuthor('Ann')
    await ann.write(post('1'), post('2'), post('3'), post('4'), post('5'))
    const other = await ann.forkAt(4, post('other 4'), post('other 5'), post('other 6'))
    const first = await startFollower(ann)
    expect(await hand(first, ann, ann.log())).to.equal('ok')
    expect(await hand(first, ann, other)).to.equal('fork')
    const second = await startFollower(ann)
    expect(await hand(second, ann, sliceSegment(ann.log(), 1, 3))).to.equal('ok')
    expect(await hand(second, ann, other)).to.equal('ok')
    expect(await hand(second, ann, ann.log())).to.equal('fork')
    for (const node of [first, second]) {
      const [head] = await node.services.logs.heads(ann.id)
      expect(head).to.include({ forked: true })
      expect(await hand(node, ann, await ann.forkAt(6, post('late')))).to.equal('fork')
      const row = await node.platform.store.read(['logs'], (tx) =>
        tx.get<{ fork: Uint8Array[] }>('logs', [ann.device, 0]),
      )
      expect(row!.fork).to.have.length(2)
      await node.stop()
    }
  })

  it('[N7] an older part that does not lead to the newest is a fork, by its link alone', async () => {
    const ann = await createHostileAuthor('Ann')
    await ann.write(...Array.from({ length: 12 }, (_, i) => post(`${i + 1}`)))
    const other = await ann.forkAt(5, post('other 5'), post('other 6'))
    const node = await startFollower(ann)
    // The newest first, a gap, then an older part of the other branch: nothing shows yet that it is another.
    expect(await hand(node, ann, sliceSegment(ann.log(), 9, 12))).to.equal('ok')
    expect(await hand(node, ann, other)).to.equal('ok')
    expect(await hand(node, ann, sliceSegment(ann.log(), 7, 8))).to.equal('fork')
    await node.stop()
  })

  it('[N7] the part just before what is held must be what that links to, however well it is signed', async () => {
    const ann = await createHostileAuthor('Ann')
    await ann.write(...Array.from({ length: 8 }, (_, i) => post(`${i + 1}`)))
    const other = await ann.forkAt(3, post('other 3'), post('other 4'))
    const node = await startFollower(ann)
    expect(await hand(node, ann, sliceSegment(ann.log(), 5, 8))).to.equal('ok')
    expect(await hand(node, ann, other)).to.equal('fork')
    expect((await shown(node, ann)).sort()).to.deep.equal(['5', '6', '7', '8'])
    await node.stop()
  })

  it('[N6] who did not sign cannot make an honest author look like one who forks', async () => {
    const ann = await createHostileAuthor('Ann')
    await ann.write(post('1'), post('2'), post('3'), post('4'))
    const other = await ann.forkAt(2, post('other'))
    const node = await startFollower(ann)
    expect(await hand(node, ann, ann.log())).to.equal('ok')
    const [entry] = other.entries
    const forged = { ...other, entries: [{ ...entry!, signature: new Uint8Array(64).fill(7) }] }
    expect(await hand(node, ann, forged)).to.equal('forged')
    expect((await node.services.logs.heads(ann.id))[0]).to.include({ forked: false })
    await node.stop()
  })

  it('[N18] a log does not fall into more pieces than can be kept', async () => {
    const ann = await createHostileAuthor('Ann')
    await ann.write(...Array.from({ length: 2 * MAX_PIECES + 4 }, (_, i) => post(`${i + 1}`)))
    const node = await startFollower(ann)
    const outcomes: string[] = []
    for (let seq = 2; seq <= 2 * MAX_PIECES + 2; seq += 2) {
      outcomes.push(await hand(node, ann, sliceSegment(ann.log(), seq, seq)))
    }
    expect(outcomes.filter((outcome) => outcome === 'ok')).to.have.length(MAX_PIECES)
    expect(outcomes.at(-1)).to.equal('scattered')
    // What joins pieces is welcome.
    expect(await hand(node, ann, sliceSegment(ann.log(), 1, 5))).to.equal('ok')
    await node.stop()
  })
})

describe('a device that was removed', () => {
  it('[N22] counts up to the entry that the removal names and what that links to, for every reader alike', async () => {
    const ann = await createHostileAuthor('Ann')
    await ann.write(...Array.from({ length: 12 }, (_, i) => post(`${i + 1}`)))
    const part = (from: number, to: number) => sliceSegment(ann.log(), from, to)
    const thief = await ann.forkAt(6, post('stolen 6'), post('stolen 7'), post('stolen 8'))
    const removal = await ann.removedAt(8)

    const full = await startFollower(ann)
    expect(await hand(full, ann, part(1, 8))).to.equal('ok')
    await full.services.persons.applyKeyEvents(ann.id, removal)
    const partial = await startFollower(ann)
    await partial.services.persons.applyKeyEvents(ann.id, removal)
    // Not linked from the named end yet: nobody can know whose these are.
    expect(await hand(partial, ann, part(1, 4))).to.equal('forged')
    expect(await hand(partial, ann, thief)).to.equal('forged')
    expect(await hand(partial, ann, part(7, 12))).to.equal('ok')
    expect(await hand(partial, ann, part(3, 6))).to.equal('ok')
    expect(await hand(partial, ann, part(1, 2))).to.equal('ok')
    for (const node of [full, partial]) {
      expect(await hand(node, ann, part(9, 12))).to.equal('removed-device')
      expect(await hand(node, ann, thief)).to.not.equal('ok')
      expect((await node.services.logs.heads(ann.id))[0]).to.deep.include({
        ranges: [{ from: 1, to: 8 }],
        forked: false,
      })
      expect(await shown(node, ann)).to.have.length(8)
      await node.stop()
    }
  })
})

describe('what cannot be shown', () => {
  it('[P5] what was said in another network or group is kept in the chain and shown to nobody', async () => {
    const ann = await createHostileAuthor('Ann')
    const other = new Uint8Array(32).fill(1)
    await ann.write(
      post('for all'),
      { ...post('of another network'), network: other },
      { ...post('of a group'), group: other },
      { type: 'kith/profile', body: { name: 'Ann of the group', about: '', time: 2_000_000_000_000 }, group: other },
    )
    const node = await startFollower(ann)
    expect(await hand(node, ann, ann.log())).to.equal('ok')
    expect((await node.services.logs.heads(ann.id))[0]).to.deep.include({ ranges: [{ from: 1, to: 4 }] })
    expect(await shown(node, ann)).to.deep.equal(['for all'])
    expect(await node.query('person', { person: ann.id })).to.include({ posts: 1, ownName: '' })
    await node.stop()
  })

  it('[N6] odd payloads are kept in the chain and shown to nobody', async () => {
    const ann = await createHostileAuthor('Ann')
    const flat = { text: 'x', time: 1, pictures: [] }
    await ann.write(
      { bytes: new Uint8Array(0) },
      { bytes: Uint8Array.of(0xff, 0xff) },
      { ...post('wrong network'), network: new Uint8Array(32).fill(1) },
      { type: 'kith/unheard-of', body: {} },
      { type: 'kith/sealed', body: { epoch: 0, box: new Uint8Array(10) } },
      { body: 'no map' },
      { body: null },
      { body: { ...flat, time: -1 } },
      { body: { ...flat, time: 1.5 } },
      { body: { ...flat, time: 'now' } },
      { body: { ...flat, extra: 1 } },
      { body: { ...flat, text: 'x'.repeat(MAX_POST_LENGTH + 1) } },
      { body: { ...flat, pictures: [{ file: 'x' }] } },
      { body: { ...flat, pictures: new Array(9).fill({}) } },
      { body: { ...flat, reply: {} } },
      { type: 'kith/profile', body: { name: 'x'.repeat(65), about: '', time: 2 } },
      { type: 'kith/reaction', body: { target: 1, emoji: '🎉', on: true, time: 1 } },
      { type: '__proto__', body: {} },
      { type: 'constructor', body: {} },
      post('x'.repeat(MAX_POST_LENGTH)),
    )
    const node = await startFollower(ann)
    expect(await hand(node, ann, ann.log())).to.equal('ok')
    expect((await shown(node, ann)).map((text) => text.length)).to.deep.equal([MAX_POST_LENGTH])
    expect((await node.query('person', { person: ann.id })).posts).to.equal(1)
    await node.stop()
  })

  it('[N19] a post from the year 9999 stands where it arrived, and does not stay on top', async () => {
    const ann = await createHostileAuthor('Ann')
    await ann.write(post('future', { time: 253_370_764_800_000 }), post('absurd', { time: 2 ** 53 - 1 }))
    const node = await startFollower(ann)
    expect(await hand(node, ann, ann.log())).to.equal('ok')
    node.platform.clock.advance(1000)
    await node.get('publish-post', { text: 'mine', pictures: [] })
    const { posts } = await node.query('home', { limit: 10 })
    expect(posts[0]!.text).to.equal('mine')
    for (const { time } of posts) expect(time).to.be.at.most(node.platform.clock.now())
    await node.stop()
  })

  it('[N17] a reaction of ten kilobytes, of letters or of spaces is none', async () => {
    const ann = await createHostileAuthor('Ann')
    await ann.write(post('target'))
    const target = ann.refOf(1)
    const react = (emoji: string) => ({ type: 'kith/reaction', body: { target, emoji, on: true, time: 1 } })
    await ann.write(react('🎉'.repeat(2500)), react('hello'), react('🎉 🎉'), react(''), react('🎉'))
    const node = await startFollower(ann)
    expect(await hand(node, ann, ann.log())).to.equal('ok')
    const { posts } = await node.query('person-feed', { person: ann.id, limit: 5 })
    expect(posts[0]!.reactions).to.deep.equal([{ emoji: '🎉', count: 1, mine: false }])
    await node.stop()
  })

  it("[N4] of a reaction that was made and taken back the author's order counts, also when its clock is ahead", async () => {
    for (let attempt = 0; attempt < 6; attempt++) {
      const ann = await createHostileAuthor('Ann')
      await ann.write(post('target'))
      const target = ann.refOf(1)
      const react = (on: boolean, time: number) => ({ type: 'kith/reaction', body: { target, emoji: '🎉', on, time } })
      const ahead = 1_700_000_500_000
      await ann.write(react(true, ahead), react(false, ahead + 1), react(true, ahead + 2), react(false, ahead + 3))
      const node = await startFollower(ann)
      expect(await hand(node, ann, ann.log())).to.equal('ok')
      const { posts } = await node.query('person-feed', { person: ann.id, limit: 5 })
      expect(posts[0]!.reactions).to.deep.equal([])
      await node.stop()
    }
  })
})

describe('forgetting', () => {
  it("[N9] nobody takes back what is another's, before or after it came", async () => {
    const [ann, mallory] = [await createHostileAuthor('Ann'), await createHostileAuthor('Mallory')]
    await ann.write(post('stays'), post('stays too'))
    const lie = (seq: number) => forget({ ...ann.refOf(seq), person: mallory.id, device: mallory.device })
    await mallory.write(forget(ann.refOf(1)), lie(1), lie(2))
    const before = await startFollower(ann, mallory)
    await hand(before, mallory, mallory.log())
    await hand(before, ann, ann.log())
    const after = await startFollower(ann, mallory)
    await hand(after, ann, ann.log())
    await hand(after, mallory, mallory.log())
    for (const node of [before, after]) {
      expect(await shown(node, ann)).to.have.length(2)
      await node.stop()
    }
  })

  it("[N9] somebody else's word about an entry does not undo its author's, whichever came first", async () => {
    for (const order of ['mallory first', 'ann first']) {
      const [ann, mallory] = [await createHostileAuthor('Ann'), await createHostileAuthor('Mallory')]
      await ann.write(post('regretted'))
      await ann.write(forget(ann.refOf(1)))
      await mallory.write(forget({ ...ann.refOf(1), person: mallory.id, device: mallory.device }))
      const node = await startFollower(ann, mallory)
      const steps = [() => hand(node, mallory, mallory.log()), () => hand(node, ann, sliceSegment(ann.log(), 2, 2))]
      for (const step of order === 'ann first' ? steps.reverse() : steps) expect(await step()).to.equal('ok')
      expect(await hand(node, ann, sliceSegment(ann.log(), 1, 1))).to.equal('ok')
      expect(await shown(node, ann), order).to.deep.equal([])
      // The word of somebody who is blocked goes with them, the author's stays.
      await node.get('block', { person: mallory.id })
      expect(await hand(node, ann, ann.log())).to.equal('ok')
      expect(await shown(node, ann), order).to.deep.equal([])
      await node.stop()
    }
  })

  it('[N9] what was forgotten stays so, however often it is brought again, and the bytes held are counted right', async () => {
    const ann = await createHostileAuthor('Ann')
    await ann.write(post('regretted'), post('kept'))
    const withText = ann.log()
    await ann.write(forget(ann.refOf(1)))
    const node = await startFollower(ann)
    await hand(node, ann, ann.log())
    const bytes = (): Promise<number> =>
      node.platform.store.read(
        ['logs'],
        async (tx) => (await tx.get<{ bytes: number }>('logs', [ann.device, 0]))!.bytes,
      )
    const held = await bytes()
    for (let i = 0; i < 3; i++) expect(await hand(node, ann, withText)).to.equal('ok')
    expect(await shown(node, ann)).to.deep.equal(['kept'])
    const rows = await node.platform.store.read(['payloads'], (tx) =>
      tx.list<(Uint8Array | null)[]>('payloads', { prefix: [ann.device, 0] }),
    )
    expect(rows.flatMap(({ value }) => value)[0]).to.equal(null)
    expect(await bytes()).to.equal(held)
    expect(held).to.be.above(0)
    await node.stop()
  })

  it('[N5] an entry that came without its payload gets it later, once', async () => {
    const ann = await createHostileAuthor('Ann')
    await ann.write(post('one'), post('two'))
    const bare = { ...ann.log(), payloads: [null, null] }
    const node = await startFollower(ann)
    expect(await hand(node, ann, bare)).to.equal('ok')
    expect(await shown(node, ann)).to.deep.equal([])
    for (let i = 0; i < 2; i++) expect(await hand(node, ann, ann.log())).to.equal('ok')
    expect((await shown(node, ann)).sort()).to.deep.equal(['one', 'two'])
    expect((await node.query('person', { person: ann.id })).posts).to.equal(2)
    await node.stop()
  })

  it('[N10] a reply to somebody who is blocked brings nothing of them back', async () => {
    const [ann, mallory] = [await createHostileAuthor('Ann'), await createHostileAuthor('Mallory')]
    await mallory.write(post('insult'))
    const node = await startFollower(ann, mallory)
    await hand(node, mallory, mallory.log())
    await node.get('block', { person: mallory.id })
    await ann.write(post('do not feed', { reply: mallory.refOf(1) }))
    expect(await hand(node, ann, ann.log())).to.equal('ok')
    expect(await hand(node, mallory, mallory.log())).to.equal('blocked')
    const { posts } = await node.query('home', { limit: 5 })
    expect(posts.map(({ text }) => text)).to.deep.equal(['do not feed'])
    expect(posts[0]!.replyTo?.excerpt).to.equal(undefined)
    await node.stop()
  })
})
