import { expect } from 'chai'
import { encodeBlockQuestion } from '../../../src/core/sync/block-codec.ts'
import type { ReplicationServices } from '../../../src/node-worker/replication/ports.ts'
import { MAX_ANSWERED_AT_ONCE, serveBlocks } from '../../../src/node-worker/replication/serve-blocks.ts'
import type { Stream } from '../../../src/node-worker/sessions/types.ts'
import { describe, it } from '../../support/runner.ts'
import { settle, until } from '../../support/wait.ts'

/** A served stream; reads of blocks end when the test says so. A block is the length of its name, and its name's number. */
const startScene = () => {
  const reads = new Map<string, { resolve(block: Uint8Array | undefined): void; reject(error: Error): void }>()
  const sent: number[] = []
  const ends: (string | undefined)[] = []
  const logged: unknown[] = []
  let isTaking = true
  const stream: Stream = {
    kind: 'kith/block',
    priority: 'bulk',
    onmessage: undefined,
    onclose: undefined,
    async send(message) {
      await until(() => isTaking)
      sent.push(message.at(-1)!)
      return true
    },
    close: (end) => void ends.push(end),
  }
  const get = (cid: string): Promise<Uint8Array | undefined> =>
    new Promise((resolve, reject) => reads.set(cid, { resolve, reject }))
  const log = (event: unknown): void => void logged.push(event)
  serveBlocks({ files: { get }, platform: { log } } as unknown as ReplicationServices, stream)
  /** Delivers questions as a session does: the next when the one before was handled. */
  const ask = async (names: readonly string[]): Promise<void> => {
    for (const name of names) await stream.onmessage!(encodeBlockQuestion(name))
  }
  const setTaking = (taking: boolean): void => {
    isTaking = taking
  }
  return { reads, sent, ends, logged, ask, setTaking }
}

const block = (number: number): Uint8Array => Uint8Array.of(number)

describe('answers about blocks', () => {
  it('[SY13] come in the order of the questions, whichever block is read first', async () => {
    const { reads, sent, ask } = startScene()
    void ask(['a', 'b', 'c'])
    await until(() => reads.size === 3)
    reads.get('c')!.resolve(block(30))
    reads.get('b')!.resolve(undefined)
    await settle()
    expect(sent).to.deep.equal([])
    reads.get('a')!.resolve(block(10))
    await until(() => sent.length === 5)
    expect(sent).to.deep.equal([1, 10, 0, 1, 30])
  })

  it('[SY24] of a peer that asks and does not read no more than four blocks are in memory', async () => {
    const { reads, sent, ask, setTaking } = startScene()
    setTaking(false)
    const names = Array.from({ length: 20 }, (_, i) => `${i}`)
    const asking = ask(names)
    await until(() => reads.size === MAX_ANSWERED_AT_ONCE)
    for (const { resolve } of reads.values()) resolve(block(1))
    await settle()
    expect(reads.size).to.equal(MAX_ANSWERED_AT_ONCE)
    setTaking(true)
    for (const name of names) (await until(() => reads.get(name))).resolve(block(1))
    await asking
    await until(() => sent.length === 40)
  })

  it('[SY13] a store that fails ends the stream, and what was asked behind it gets no answer', async () => {
    const { reads, sent, ends, logged, ask } = startScene()
    void ask(['a', 'b'])
    await until(() => reads.size === 2)
    reads.get('b')!.resolve(block(2))
    reads.get('a')!.reject(new Error('the store is closed'))
    await until(() => ends.length > 0)
    await settle()
    expect(ends).to.deep.equal(['failed'])
    expect(logged).to.have.length(1)
    expect(sent).to.deep.equal([])
  })
})
