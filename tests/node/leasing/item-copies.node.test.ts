/** Another number of copies for one post or note than for everything, with real nodes and a real host. */
import { expect } from 'chai'
import type { ItemId } from '../../../src/rpc/contract.ts'
import type { CopyDetails } from '../../../src/rpc/views.ts'
import { picture } from '../../support/picture.ts'
import { after, before, describe, it } from '../../support/runner.ts'
import { until } from '../../support/wait.ts'
import { startHost, type TestHost } from '../replication/peers.ts'
import { isWhole, type Lessee, startLeasing, untilSafety } from './scene.ts'

const LONG = { timeout: 120_000 }

/** Persons who hold or are asked to hold each thing of `node`'s, its own copy included. */
const copiesOf = async (node: Lessee): Promise<ReadonlyMap<string, number>> => {
  const counts = new Map<string, number>()
  for (const { subject } of (await node.services.ledger()).view().copiesOf(node.person))
    counts.set(subject, (counts.get(subject) ?? 0) + 1)
  return counts
}
const numbersOf = async (node: Lessee, kind: string): Promise<readonly number[]> =>
  [...(await copiesOf(node))].flatMap(([subject, count]) => (subject.startsWith(kind) ? [count] : []))

const untilDetails = (node: Lessee, item: ItemId, isSo: (details: CopyDetails) => boolean, what: string) =>
  until(async () => {
    const details = await node.query('copies', item)
    return details && isSo(details) ? details : undefined
  }, what)

describe('copies of one item', () => {
  let host: TestHost
  before(async () => {
    host = await startHost()
  })
  after(() => host.close())

  it(
    '[Q40] [PL21] fewer: its picture stays with its author alone, and it says what that means; more again: it goes out',
    async () => {
      const nodes = await Promise.all(['Ada', 'Bob', 'Cat'].map((name) => startLeasing(name, [host.origin])))
      const [ada] = nodes as [Lessee, Lessee, Lessee]
      const { entry } = await ada.get('publish-post', { text: 'in public', pictures: [picture('held back')] })
      await untilSafety(ada, isWhole, 'everything is left with two people')
      const item = { entry }
      const whole = await untilDetails(ada, item, ({ safety }) => safety?.survives === true, 'the post is safe')
      expect(whole).to.deep.include({ everything: 3, most: 64, safety: { survives: true, people: 2 } })
      expect(whole).not.to.have.property('chosen')
      const before = await ada.query('economy', {})

      await ada.get('choose-copies', { item, copies: 1 })
      const unsafe = await untilDetails(
        ada,
        item,
        ({ safety }) => safety?.survives === false,
        'the picture is taken back',
      )
      expect(unsafe).to.deep.include({ chosen: 1, safety: { survives: false, people: 0, because: 'nowhere-else' } })
      expect(unsafe.copies.wanted).to.equal(0)
      // Blocks of key events are left with others as before.
      const alone = async () => (await numbersOf(ada, 'block')).filter((count) => count === 1).length
      await until(async () => (await alone()) === 3, 'one copy of its manifest and of both its chunks')
      // The words stand with all that is written there.
      expect(new Set(await numbersOf(ada, 'log'))).to.deep.equal(new Set([3]))
      const after = await ada.query('economy', {})
      expect(before.needed).to.equal(3 * before.own)
      const pictures = 262_144 + 40_960 + 4096
      expect(after.needed).to.equal(3 * after.own - 2 * pictures)

      await ada.get('choose-copies', { item, copies: null })
      await untilDetails(ada, item, ({ safety }) => safety?.people === 2, 'two others have it again')
      for (const node of nodes) await node.stop()
    },
    LONG,
  )

  it(
    '[Q40] [EC14] more: the log in which it stands gets as many, nothing else does, and holders know how many are wanted',
    async () => {
      const names = ['Ada', 'Bob', 'Cat']
      const nodes = await Promise.all(names.map((name) => startLeasing(name, [host.origin])))
      const [ada] = nodes as [Lessee, Lessee, Lessee]
      await ada.get('save-settings', { copies: 2 })
      const { note } = await ada.get('create-note', {})
      await ada.get('publish-post', { text: 'in public', pictures: [] })
      await untilSafety(ada, isWhole, 'everything is left with one other')
      const item = { note }
      await ada.get('choose-copies', { item, copies: 3 })
      const details = await untilDetails(ada, item, ({ safety }) => safety?.people === 2, 'the note is with two others')
      expect(details).to.deep.include({ chosen: 3, everything: 2 })
      expect([...(await numbersOf(ada, 'log'))].sort()).to.deep.equal([2, 2, 3])
      const { copiesOf: held } = (await ada.services.ledger()).view()
      const wanted = held(ada.person)
        .filter(({ holderPerson }) => holderPerson !== ada.person)
        .map(({ subject, leases }) => ({ subject, copies: leases.at(-1)!.copies }))
      const most = wanted.filter(({ copies }) => copies === 2)
      expect(new Set(most.map(({ subject }) => subject)).size).to.equal(1)
      expect(most).to.have.length(2)

      await ada.get('delete-note', { note })
      await until(
        async () => (await numbersOf(ada, 'log')).every((count) => count === 2),
        'what was chosen for a note that is gone counts no more',
      )
      for (const node of nodes) await node.stop()
    },
    LONG,
  )

  it(
    '[Q40] [PL21] a post that was just written is not called safe before a holder has it',
    async () => {
      const [ada, bob] = await Promise.all(['Ada', 'Bob'].map((name) => startLeasing(name, [host.origin])))
      await ada!.get('save-settings', { copies: 2 })
      await ada!.get('publish-post', { text: 'first', pictures: [] })
      await untilSafety(ada!, isWhole, 'everything is left with Bob')
      await bob!.stop()
      const { entry } = await ada!.get('publish-post', { text: 'while Bob is away', pictures: [] })
      const details = await untilDetails(ada!, { entry }, ({ safety }) => safety !== undefined, 'what is known of it')
      expect(details.safety).to.deep.equal({ survives: false, people: 0, because: 'nowhere-else' })
      expect(await ada!.query('safety', {})).to.deep.include({ survives: false, because: 'nowhere-else' })
      await ada!.stop()
    },
    LONG,
  )

  it(
    '[Q40] what is not there, is somebody else’s, or cannot be wanted is refused',
    async () => {
      const ada = await startLeasing('Ada', [host.origin])
      const { entry } = await ada.get('publish-post', { text: 'mine', pictures: [] })
      const choose = (item: ItemId, copies: number | null) => ada.ask('choose-copies', { item, copies })
      const refused = { type: 'out-of-range', what: 'copies', least: 1, most: 64 }
      for (const copies of [0, -1, 65, 1.5]) {
        expect(await choose({ entry }, copies)).to.deep.equal({ ok: false, error: refused })
      }
      expect(await choose({ entry: 'nothing' }, 2)).to.deep.equal({
        ok: false,
        error: { type: 'not-found', what: 'post' },
      })
      expect(await choose({ note: entry }, 2)).to.deep.equal({ ok: false, error: { type: 'not-found', what: 'note' } })
      expect((await choose({ entry }, 2)).ok).to.equal(true)
      await ada.stop()
    },
    LONG,
  )
})
