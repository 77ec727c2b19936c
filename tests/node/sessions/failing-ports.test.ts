import { expect } from 'chai'
import { describe, it } from '../../support/runner.ts'
import { connect, createTestPeer } from './test-peer.ts'

describe('handshakes when the node itself fails', () => {
  it('[W13] a port that throws refuses the peer, closes the carrier and leaves nothing hanging', async () => {
    const full = await createTestPeer({
      resolveKeyEvents: async () => {
        throw new Error('the disk is full')
      },
    })
    const other = await createTestPeer()
    const { outcomes } = await connect(other, full)
    expect(outcomes[1]).to.have.nested.property('error.type', 'carrier-lost')
    expect(full.reported).to.have.length(1)
    expect(full.manager.sessions()).to.deep.equal([])
  })
})
