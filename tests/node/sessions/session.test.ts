import { expect } from 'chai'
import { describe, it } from '../../support/runner.ts'
import { until } from '../../support/wait.ts'
import { connect, createPeerPair, sessionOf } from './test-peer.ts'

describe('session', () => {
  it('[W30] messages of a stream arrive in order, and answers come back', async () => {
    const [a, b] = await createPeerPair()
    await connect(a, b)
    const got: string[] = []
    sessionOf(b, a).onStream((stream) => {
      stream.onmessage = async (message) => {
        await stream.send(message)
      }
    })
    const stream = sessionOf(a, b).open('kith/echo', 'interactive')
    stream.onmessage = (message) => void got.push(new TextDecoder().decode(message))
    for (const text of ['one', '', 'three']) expect(await stream.send(new TextEncoder().encode(text))).to.equal(true)
    await until(() => got.length === 3, 'three echoes')
    expect(got).to.deep.equal(['one', '', 'three'])
    a.manager.closeAll('done')
    await until(() => b.manager.sessions().length === 0, 'the end')
  })
})
