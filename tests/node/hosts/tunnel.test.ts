import { expect } from 'chai'
import { cidToBytes, rawCid } from '../../../src/core/blocks/cid.ts'
import { MAX_BLOCK_BYTES } from '../../../src/core/limits.ts'
import { decodeHostFrame, encodePiece, type PieceFrame } from '../../../src/core/swarm/host-frames.ts'
import { MAX_PIECE_BYTES, MAX_TUNNEL_REQUESTS } from '../../../src/core/swarm/host-limits.ts'
import type { ClientMessage } from '../../../src/core/swarm/host-protocol.ts'
import type { TunnelSource } from '../../../src/node-worker/hosts/link-ports.ts'
import { LINK_PING_INTERVAL, MAX_REFUSED_FRAMES } from '../../../src/node-worker/hosts/link-socket.ts'
import { describe, it } from '../../support/runner.ts'
import { settle, until } from '../../support/wait.ts'
import { createFakeWorld, type FakeWorld } from './fake-host.ts'

const key = new Uint8Array(32).fill(3)
const cid = cidToBytes(rawCid(new Uint8Array([1])))
const largest = new Uint8Array(MAX_BLOCK_BYTES).map((_, i) => (i * 7 + (i >> 9)) & 255)

const start = async (source: Partial<TunnelSource>): Promise<FakeWorld> => {
  const world = await createFakeWorld(source)
  await world.welcome()
  return world
}

const piecesIn = (frames: readonly Uint8Array[]): PieceFrame[] =>
  frames.flatMap((bytes) => {
    const frame = decodeHostFrame(bytes)
    return frame.ok && frame.value.kind === 'piece' ? [frame.value] : []
  })

const outcomesIn = (world: FakeWorld): ClientMessage[] => world.said().filter(({ type }) => type === 'outcome')

/** What answers is loaded first, and timers are the test's: turns the clock a little at a time until it holds. */
const untilTurned = async (world: FakeWorld, holds: () => boolean): Promise<void> => {
  await until(() => {
    if (holds()) return true
    // By no more than what a silent host is left after.
    if (world.timers.now() < LINK_PING_INTERVAL - 1000) world.timers.advance(10)
    return false
  })
}

describe('a device that a host asks for others', () => {
  it('[H48] sends a block in pieces that say how much is left', async () => {
    const world = await start({ block: async (name) => (name.join() === cid.join() ? largest : undefined) })
    world.tell({ type: 'read-block', request: 5, cid })
    await untilTurned(world, () => piecesIn(world.socket().sent).at(-1)?.left === 0)
    const pieces = piecesIn(world.socket().sent)
    expect(pieces).to.have.length(MAX_BLOCK_BYTES / MAX_PIECE_BYTES)
    let left = MAX_BLOCK_BYTES
    for (const piece of pieces) {
      expect(piece.request).to.equal(5)
      left -= piece.bytes.length
      expect(piece.left).to.equal(left)
    }
    const all = pieces.flatMap(({ bytes }) => [...bytes])
    expect(all.every((byte, i) => byte === largest[i])).to.equal(true)
  })

  it('[H48] sends nothing as one empty piece, and says what is not here', async () => {
    const world = await start({ block: async () => new Uint8Array(0), record: async () => undefined })
    world.tell({ type: 'read-block', request: 1, cid })
    world.tell({ type: 'read-record', request: 2, key })
    await untilTurned(world, () => outcomesIn(world).length === 1)
    expect(outcomesIn(world)).to.deep.equal([{ type: 'outcome', request: 2, outcome: 'absent' }])
    expect(piecesIn(world.socket().sent)).to.deep.equal([
      { kind: 'piece', request: 1, left: 0, bytes: new Uint8Array(0) },
    ])
  })

  it('[H47] hands records on and says what became of them', async () => {
    const offered: Uint8Array[] = []
    const world = await start({
      offer: async (_, record) => {
        offered.push(record)
        return 'stored'
      },
    })
    world.tell({ type: 'write-record', request: 1, key, record: new Uint8Array([1, 2, 3]) })
    await untilTurned(world, () => outcomesIn(world).length === 1)
    expect(outcomesIn(world)).to.deep.equal([{ type: 'outcome', request: 1, outcome: 'stored' }])
    expect(offered).to.deep.equal([new Uint8Array([1, 2, 3])])
  })

  it('[H51] what it cannot read it says so, and goes on', async () => {
    let isBroken = true
    const world = await start({
      async record() {
        if (isBroken) throw new Error('the disk is broken')
        return new Uint8Array([7])
      },
    })
    world.tell({ type: 'read-record', request: 1, key })
    await untilTurned(world, () => outcomesIn(world).length === 1)
    expect(outcomesIn(world)).to.deep.equal([{ type: 'outcome', request: 1, outcome: 'failed' }])
    isBroken = false
    world.tell({ type: 'read-record', request: 2, key })
    await untilTurned(world, () => piecesIn(world.socket().sent).length === 1)
    expect(world.link.state().state).to.equal('connected')
  })

  it('[H51] answers wait while sessions have something to send, and go on after it', async () => {
    let isRead = false
    const world = await start({
      async block() {
        isRead = true
        return largest
      },
    })
    world.socket().bufferedAmount = 100_000
    world.tell({ type: 'read-block', request: 1, cid })
    await untilTurned(world, () => isRead)
    await settle(20)
    for (let turn = 0; turn < 20; turn++) world.timers.advance(10)
    expect(piecesIn(world.socket().sent)).to.deep.equal([])
    world.socket().bufferedAmount = 0
    await untilTurned(world, () => piecesIn(world.socket().sent).at(-1)?.left === 0)
  })

  it('[H51] answers one at a time, so that one block is in memory', async () => {
    let open = 0
    let most = 0
    const world = await start({
      async block() {
        most = Math.max(most, ++open)
        await settle(20)
        open -= 1
        return new Uint8Array([1])
      },
    })
    for (let request = 1; request <= 5; request++) world.tell({ type: 'read-block', request, cid })
    await untilTurned(world, () => piecesIn(world.socket().sent).length === 5)
    expect(most).to.equal(1)
    expect(piecesIn(world.socket().sent).map(({ request }) => request)).to.deep.equal([1, 2, 3, 4, 5])
  })

  it('[H51] more requests than agreed are counted, and a host that goes on with it is left', async () => {
    let reads = 0
    const world = await start({
      record() {
        reads += 1
        return new Promise(() => undefined)
      },
    })
    for (let request = 1; request <= MAX_TUNNEL_REQUESTS + 3; request++)
      world.tell({ type: 'read-record', request, key })
    expect(world.link.stats().refused).to.deep.equal({ 'too-many-requests': 3 })
    expect(world.link.state().state).to.equal('connected')
    for (let n = 0; n <= MAX_REFUSED_FRAMES; n++) world.tell({ type: 'read-record', request: 100 + n, key })
    expect(world.link.state()).to.include({ state: 'refused', reason: 'malformed' })
    await settle(20)
    expect(reads).to.be.below(2)
  })

  it('[H51] nothing is read or sent any more when the connection is gone', async () => {
    let reads = 0
    const world = await start({
      async block() {
        reads += 1
        return largest
      },
    })
    const { sent } = world.socket()
    world.socket().bufferedAmount = 100_000
    for (let request = 1; request <= 4; request++) world.tell({ type: 'read-block', request, cid })
    await untilTurned(world, () => reads === 1)
    world.link.close()
    world.socket().bufferedAmount = 0
    for (let turn = 0; turn < 20; turn++) {
      await new Promise((resolve) => setTimeout(resolve, 1))
      world.timers.advance(10)
    }
    expect(reads).to.equal(1)
    expect(piecesIn(sent)).to.deep.equal([])
  })

  it('[H17] pieces from a host are out of order', async () => {
    const world = await start({})
    world.deliver(encodePiece(1, 0, new Uint8Array(1)).slice().buffer)
    expect(world.link.stats().refused).to.deep.equal({ unasked: 1 })
  })
})
