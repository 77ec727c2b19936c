import { expect } from 'chai'
import { type Segment, sliceSegment } from '../../../src/core/logs/segment.ts'
import { MAX_HOLLOWS } from '../../../src/node-worker/log/hollow.ts'
import type { LogRow } from '../../../src/node-worker/log/log-row.ts'
import type { SeqRange } from '../../../src/node-worker/log/log-service.ts'
import { mergeNearest } from '../../../src/node-worker/log/ranges.ts'
import { describe, it } from '../../support/runner.ts'
import { startNode, type TestNode } from '../../support/test-node.ts'
import { createHostileAuthor, forget, type HostileAuthor, hand, post, shown, startFollower } from './hostile-author.ts'

const posts = (count: number) => Array.from({ length: count }, (_, i) => post(`${i + 1}`))

/** The run without the payloads at positions that `fits`. */
const stripped = (run: Segment, fits: (seq: number) => boolean = () => true): Segment => ({
  ...run,
  payloads: run.payloads.map((payload, i) => (fits(run.firstSeq + i) ? null : payload)),
})

const hollowOf = async (node: TestNode, author: HostileAuthor): Promise<readonly SeqRange[] | undefined> =>
  (await node.services.logs.head(author.device, 0))?.hollow

describe('entries that came without what they say', () => {
  it('[SY17] are filled by whoever brings it, in whichever order', async () => {
    const ann = await createHostileAuthor('Ann')
    await ann.write(...posts(4))
    const bare = stripped(ann.log(), (seq) => seq > 1)
    for (const order of ['stripped first', 'honest first']) {
      const node = await startFollower(ann)
      const runs = order === 'stripped first' ? [bare, ann.log()] : [ann.log(), bare]
      expect(await hand(node, ann, runs[0]!)).to.equal('ok')
      expect(await hollowOf(node, ann), order).to.deep.equal(runs[0] === bare ? [{ from: 2, to: 4 }] : [])
      expect(await hand(node, ann, runs[1]!)).to.equal('ok')
      expect(await hollowOf(node, ann), order).to.deep.equal([])
      expect(await shown(node, ann), order).to.have.length(4)
      await node.stop()
    }
  })

  it('[SY17] are wanted no longer once their author took them back, before or after they came', async () => {
    const ann = await createHostileAuthor('Ann')
    await ann.write(...posts(3))
    await ann.write(forget(ann.refOf(2)))
    const bare = stripped(sliceSegment(ann.log(), 1, 3))
    const word = sliceSegment(ann.log(), 4, 4)
    for (const runs of [
      [bare, word],
      [word, bare],
    ]) {
      const node = await startFollower(ann)
      for (const run of runs) expect(await hand(node, ann, run)).to.equal('ok')
      expect(await hollowOf(node, ann)).to.deep.equal([
        { from: 1, to: 1 },
        { from: 3, to: 3 },
      ])
      expect(await hand(node, ann, ann.log())).to.equal('ok')
      expect(await hollowOf(node, ann)).to.deep.equal([])
      expect((await shown(node, ann)).sort()).to.deep.equal(['1', '3'])
      await node.stop()
    }
  })

  it('[SY17] are remembered over a restart; a store of before there were any knows none', async () => {
    const ann = await createHostileAuthor('Ann')
    await ann.write(...posts(3))
    const first = await startFollower(ann)
    expect(await hand(first, ann, stripped(ann.log()))).to.equal('ok')
    const { platform } = first
    // As after a crash: the first node is still there and writes nothing more.
    const second = await startNode('again', { platform })
    expect(await hollowOf(second, ann)).to.deep.equal([{ from: 1, to: 3 }])
    await platform.store.write(['logs'], 'strict', async (tx) => {
      const { hollow: _, ...row } = (await tx.get<LogRow>('logs', [ann.device, 0]))!
      await tx.put('logs', [ann.device, 0], row)
    })
    expect(await hollowOf(second, ann)).to.deep.equal([])
    expect(await hand(second, ann, ann.log())).to.equal('ok')
    expect(await shown(second, ann)).to.have.length(3)
    await second.stop()
  })

  it('[SY17] are all remembered, however many holes there are, and all filled', async () => {
    const ann = await createHostileAuthor('Ann')
    await ann.write(...posts(2 * MAX_HOLLOWS + 20))
    const last = 2 * MAX_HOLLOWS + 20
    const node = await startFollower(ann)
    expect(
      await hand(
        node,
        ann,
        stripped(ann.log(), (seq) => seq % 2 === 1),
      ),
    ).to.equal('ok')
    const hollow = (await hollowOf(node, ann))!
    expect(hollow).to.have.length(MAX_HOLLOWS)
    for (let seq = 1; seq <= last; seq += 2) {
      expect(hollow.some(({ from, to }) => from <= seq && seq <= to)).to.equal(true)
    }
    for (const { from, to } of hollow) {
      expect(await hand(node, ann, sliceSegment(ann.log(), from, to))).to.equal('ok')
    }
    expect(await hollowOf(node, ann)).to.deep.equal([])
    expect((await node.query('person', { person: ann.id })).posts).to.equal(last)
    await node.stop()
  })

  it('[SY17] are joined where the least lies between', () => {
    const ranges = [1, 5, 7, 20, 22, 23].map((seq) => ({ from: seq, to: seq }))
    expect(mergeNearest(ranges, 6)).to.deep.equal(ranges)
    expect(mergeNearest(ranges, 3)).to.deep.equal([
      { from: 1, to: 1 },
      { from: 5, to: 7 },
      { from: 20, to: 23 },
    ])
  })
})
