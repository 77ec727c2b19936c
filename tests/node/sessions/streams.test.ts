/** Streams as their users see them: rules W30 to W38 of docs/protocol/50-wire.md. */
import { expect } from 'chai'
import {
  MAX_STREAMS_PER_SIDE,
  MESSAGE_OVERHEAD_BYTES,
  STREAM_WINDOW_BYTES,
} from '../../../src/core/wire/wire-limits.ts'
import type { Stream } from '../../../src/node-worker/sessions/types.ts'
import { describe, it } from '../../support/runner.ts'
import { settle, until } from '../../support/wait.ts'
import { connect, createPeerPair, sessionOf } from './test-peer.ts'

/** Two ends of a new stream, and what their makers need. */
const openPair = async (priority: Stream['priority'] = 'bulk') => {
  const [a, b] = await createPeerPair()
  const carriers = await connect(a, b)
  const [sessionA, sessionB] = [sessionOf(a, b), sessionOf(b, a)]
  const accepted = new Promise<Stream>((resolve) => sessionB.onStream((stream) => resolve(stream)))
  const atA = sessionA.open('kith/test', priority)
  const atB = await accepted
  return { a, b, atA, atB, sessionA, sessionB, carriers }
}

const endOf = (stream: Stream): Promise<string> =>
  new Promise((resolve) => {
    stream.onclose = resolve
  })

describe('streams', () => {
  it('[W34] a receiver that does not finish with its messages holds its sender up, and nobody else', async () => {
    const { atA, atB, sessionA, sessionB } = await openPair()
    let release = (): void => {}
    let handled = 0
    atB.onmessage = async () => {
      handled += 1
      if (handled === 1) {
        await new Promise<void>((resolve) => {
          release = resolve
        })
      }
    }
    let sent = 0
    const sending = (async () => {
      for (let i = 0; i < 20; i++) if (await atA.send(new Uint8Array(65_536))) sent += 1
    })()
    const most = Math.floor(STREAM_WINDOW_BYTES / (65_536 + MESSAGE_OVERHEAD_BYTES))
    await until(() => sent >= most, 'a full window')
    await settle(80)
    expect(sent).to.equal(most)
    const other = sessionA.open('kith/other', 'bulk')
    let heard = false
    sessionB.onStream((stream) => {
      stream.onmessage = () => {
        heard = true
      }
    })
    await other.send(new Uint8Array(10))
    await until(() => heard, 'the other stream')
    release()
    await sending
    await until(() => handled === 20, 'all messages')
  })

  it('[W35] interactive messages overtake bulk that was queued before them', async () => {
    const { atA, sessionA, sessionB } = await openPair()
    const order: string[] = []
    sessionB.onStream((stream, kind) => {
      stream.onmessage = () => void order.push(kind)
    })
    const bulk = Array.from({ length: 7 }, (_, i) => sessionA.open(`bulk/${i}`, 'bulk'))
    const sends = bulk.map((stream) => stream.send(new Uint8Array(262_144)))
    const chat = sessionA.open('chat', 'interactive')
    sends.push(chat.send(new Uint8Array(100)))
    await Promise.all(sends)
    await until(() => order.length === 8, 'all messages')
    expect(order[0]).to.equal('chat')
    atA.close()
  })

  it('[W35] streams of one class take turns', async () => {
    const { sessionA, sessionB } = await openPair()
    const order: string[] = []
    sessionB.onStream((stream, kind) => {
      stream.onmessage = () => void order.push(kind)
    })
    const large = sessionA.open('large', 'bulk').send(new Uint8Array(262_144))
    const small = sessionA.open('small', 'bulk').send(new Uint8Array(1000))
    await Promise.all([large, small])
    await until(() => order.length === 2, 'both')
    expect(order).to.deep.equal(['small', 'large'])
  })

  it('[W36] done ends a stream after everything that was sent before', async () => {
    const { atA, atB } = await openPair()
    const got: number[] = []
    for (let i = 0; i < 30; i++) void atA.send(new Uint8Array(10_000).fill(i))
    atA.close()
    const end = endOf(atB)
    atB.onmessage = async (message) => {
      await Promise.resolve()
      got.push(message[0]!)
    }
    expect(await end).to.equal('done')
    expect(got).to.deep.equal(Array.from({ length: 30 }, (_, i) => i))
    expect(await atB.send(new Uint8Array(1))).to.equal(false)
    expect(await atA.send(new Uint8Array(1))).to.equal(false)
  })

  it('[W36] a cancelled stream drops what waits, and its senders hear of it', async () => {
    const { atA, atB } = await openPair()
    atB.onmessage = () => new Promise(() => {})
    const sends = Array.from({ length: 12 }, () => atA.send(new Uint8Array(200_000)))
    await settle(80)
    const end = endOf(atA)
    atB.close('cancelled')
    expect(await end).to.equal('cancelled')
    expect((await Promise.all(sends)).includes(false)).to.equal(true)
  })

  it('[W37] a handler that throws resets its stream and nothing else', async () => {
    const { a, b, atA, atB } = await openPair()
    atB.onmessage = () => {
      throw new Error('a bug')
    }
    const end = endOf(atA)
    await atA.send(new Uint8Array(1))
    expect(await end).to.equal('failed')
    expect(b.reported.map(String)).to.deep.equal(['Error: a bug'])
    expect(sessionOf(a, b).carrier()).to.equal('direct')
  })

  it('[W32] at most so many streams are open at once, and ended ones make room', async () => {
    const { sessionA, sessionB } = await openPair()
    sessionB.onStream((stream) => {
      stream.onmessage = () => stream.close('cancelled')
    })
    const streams = Array.from({ length: MAX_STREAMS_PER_SIDE - 1 }, () => sessionA.open('x', 'bulk'))
    expect(await endOf(sessionA.open('x', 'bulk'))).to.equal('too-many')
    const ends = streams.map(endOf)
    for (const stream of streams) void stream.send(new Uint8Array(1))
    expect(new Set(await Promise.all(ends))).to.deep.equal(new Set(['cancelled']))
    await settle(80)
    let open = true
    sessionA.open('x', 'bulk').onclose = () => {
      open = false
    }
    await settle(80)
    expect(open).to.equal(true)
  })

  it('[W33] a message of more than 256 KiB, and a kind that is none, are the caller’s bug', async () => {
    const { atA, sessionA } = await openPair()
    expect(() => atA.send(new Uint8Array(262_145))).to.throw(RangeError)
    expect(() => sessionA.open('No Kind', 'bulk')).to.throw(TypeError)
  })

  it('[W38] the end of a session ends its streams, and later ones at once', async () => {
    const { atA, atB, sessionA } = await openPair()
    const ends = [endOf(atA), endOf(atB)]
    sessionA.close('enough')
    expect(await Promise.all(ends)).to.deep.equal(['session-ended', 'session-ended'])
    const late = sessionA.open('late', 'bulk')
    expect(await late.send(new Uint8Array(1))).to.equal(false)
    expect(await endOf(late)).to.equal('session-ended')
  })
})
