/** Who keeps what for whom, as replication asks it. */
import { expect } from 'chai'
import { bytesToHex } from '../../../src/core/bytes.ts'
import {
  createStanding,
  MAX_ASKING,
  MAX_ASKING_FOR_OTHERS,
  type Standing,
} from '../../../src/node-worker/leasing/standing.ts'
import { LOG_NOTES } from '../../../src/node-worker/log/log-service.ts'
import { beforeEach, describe, it } from '../../support/runner.ts'

const key = (byte: number): Uint8Array => new Uint8Array(32).fill(byte)
const [mine, anns, anns2, bobs, cats] = [1, 2, 3, 4, 5].map(key) as [Uint8Array, ...Uint8Array[]] as Uint8Array[]
const thing = (device: Uint8Array, log: number): string => `log ${bytesToHex(device)} ${log}`
const peer = (person: string, device: Uint8Array) => ({ person, device })
const nobody = { kept: new Map(), holders: new Map() }

describe('standing', () => {
  let standing: Standing
  let changes: number

  beforeEach(() => {
    standing = createStanding(() => 'me')
    changes = 0
    standing.onChange(() => changes++)
  })

  it('[EC3] [EC4] nobody gets or keeps anything before something was agreed', () => {
    expect(standing.owners()).to.deep.equal([])
    expect(standing.keepsLedger('ann')).to.equal(false)
    expect(standing.sharesLedger('ann', peer('ann', anns!))).to.equal(false)
    expect(standing.sharesLedger('me', peer('bob', bobs!))).to.equal(false)
    expect(standing.sharesLog('me', mine!, LOG_NOTES, peer('bob', bobs!))).to.equal(false)
  })

  it('[EC4] a private log passes between its owner’s devices and those who hold that log, and no others', () => {
    const notes = thing(anns!, LOG_NOTES)
    standing.replace({
      kept: new Map([['ann', new Map([[notes, 4096]])]]),
      holders: new Map([
        [
          'ann',
          new Map([
            [bytesToHex(bobs!), new Set([notes])],
            [bytesToHex(cats!), new Set([thing(anns!, 2)])],
          ]),
        ],
      ]),
    })
    expect(standing.logRoom('ann', anns!, LOG_NOTES)).to.equal(4096)
    expect(standing.logRoom('ann', anns!, 2)).to.equal(0)
    const passes = (to: ReturnType<typeof peer>) => standing.sharesLog('ann', anns!, LOG_NOTES, to)
    expect(passes(peer('ann', anns2!))).to.equal(true)
    expect(passes(peer('bob', bobs!))).to.equal(true)
    expect(passes(peer('cat', cats!))).to.equal(false)
    expect(passes(peer('bob', mine!))).to.equal(false)
    // The ledger of the owner, which says who they are, passes between all of them.
    for (const other of [peer('ann', anns2!), peer('bob', bobs!), peer('cat', cats!)])
      expect(standing.sharesLedger('ann', other)).to.equal(true)
    expect(standing.sharesLedger('ann', peer('dan', key(9)))).to.equal(false)
  })

  it('[EC4] of one’s own things each holder gets what was left with it', () => {
    const notes = thing(mine!, LOG_NOTES)
    standing.replace({ kept: new Map(), holders: new Map([['me', new Map([[bytesToHex(bobs!), new Set([notes])]])]]) })
    expect(standing.sharesLog('me', mine!, LOG_NOTES, peer('bob', bobs!))).to.equal(true)
    expect(standing.sharesLog('me', mine!, 2, peer('bob', bobs!))).to.equal(false)
    expect(standing.sharesLog('me', mine!, LOG_NOTES, peer('cat', cats!))).to.equal(false)
  })

  it('[EC3] who asks to leave something, and who was asked to keep something, sees the ledger and nothing else', () => {
    standing.asks('ann', peer('ann', anns!))
    expect(standing.owners()).to.deep.equal(['ann'])
    expect(standing.keepsLedger('ann')).to.equal(true)
    expect(standing.sharesLedger('ann', peer('ann', anns!))).to.equal(true)
    expect(standing.sharesLedger('ann', peer('bob', bobs!))).to.equal(false)
    expect(standing.logRoom('ann', anns!, LOG_NOTES)).to.equal(0)
    standing.asked(peer('bob', bobs!))
    expect(standing.sharesLedger('me', peer('bob', bobs!))).to.equal(true)
    expect(standing.sharesLog('me', mine!, LOG_NOTES, peer('bob', bobs!))).to.equal(false)
    expect(changes).to.equal(2)
    standing.asks('ann', peer('ann', anns!))
    expect(changes).to.equal(2)
  })

  it('[EC3] those who only ask are remembered up to a number', () => {
    for (let i = 0; i < MAX_ASKING * 2; i++) standing.asks(`stranger${i}`, peer(`stranger${i}`, anns!))
    expect(standing.owners()).to.have.length(MAX_ASKING)
    expect(standing.owners()).to.include(`stranger${MAX_ASKING * 2 - 1}`)
  })

  it('[EC15] whoever asks in the stead of an owner sees that ledger, and pushes out nobody who asks themselves', () => {
    standing.asks('ann', peer('ann', anns!))
    for (let i = 0; i < MAX_ASKING * 2; i++) standing.asks(`absent${i}`, peer('bob', bobs!))
    expect(standing.owners()).to.have.length(1 + MAX_ASKING_FOR_OTHERS)
    expect(standing.keepsLedger('ann')).to.equal(true)
    const last = `absent${MAX_ASKING * 2 - 1}`
    expect(standing.sharesLedger(last, peer('bob', bobs!))).to.equal(true)
    expect(standing.sharesLedger(last, peer('cat', cats!))).to.equal(false)
    expect(standing.sharesLog(last, anns!, LOG_NOTES, peer('bob', bobs!))).to.equal(false)
  })

  it('[EC4] the token tells whether what may pass has changed', () => {
    const bob = peer('bob', bobs!)
    const before = standing.token('me', bob)
    const notes = thing(mine!, LOG_NOTES)
    standing.replace({ kept: new Map(), holders: new Map([['me', new Map([[bytesToHex(bobs!), new Set([notes])]])]]) })
    const after = standing.token('me', bob)
    expect(after).to.not.equal(before)
    expect(standing.token('me', peer('cat', cats!))).to.equal(before)
    standing.replace(nobody)
    expect(standing.token('me', bob)).to.equal(before)
    const kept = (bytes: number) => ({ kept: new Map([['ann', new Map([[notes, bytes]])]]), holders: new Map() })
    standing.replace(kept(4096))
    const small = standing.token('ann', peer('ann', anns!))
    standing.replace(kept(8192))
    expect(standing.token('ann', peer('ann', anns!))).to.not.equal(small)
  })
})
