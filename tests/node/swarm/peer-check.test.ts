/** Whom a handshake may name: rule W8 of docs/protocol/50-wire.md, over the node's own book of persons. */
import { expect } from 'chai'
import { dagCborCid } from '../../../src/core/blocks/cid.ts'
import { createRefusals } from '../../../src/node-worker/refusals.ts'
import type { PeerClaim } from '../../../src/node-worker/sessions/types.ts'
import { resolvePeer } from '../../../src/node-worker/swarm/peer-check.ts'
import { sumRefused } from '../../../src/node-worker/swarm/weather.ts'
import { describe, it } from '../../support/runner.ts'
import { startAuthor } from '../replication/hostile-peer.ts'
import { createKeyWriter } from '../replication/key-writer.ts'

const startScene = async () => {
  const [ann, bob] = [await startAuthor('Ann', 0), await startAuthor('Bob', 0)]
  const writer = await createKeyWriter(ann)
  const refusals = createRefusals()
  const check = async (device: Uint8Array, newest: Uint8Array, keyEvents?: readonly Uint8Array[]): Promise<string> => {
    const newestKeyEvent = dagCborCid(newest).bytes
    const claim: PeerClaim = { person: ann.id, device, newestKeyEvent, keyEvents }
    const resolved = await resolvePeer(bob.services.persons, claim, refusals.count)
    return resolved.ok ? 'ok' : resolved.error.reason
  }
  const stop = async (): Promise<void> => {
    for (const node of [ann, bob]) await node.stop()
  }
  return { ann, bob, writer, refusals, check, stop }
}

describe('a claim in a handshake', () => {
  it('[W8] without its chain: counts with the chain known here, as far as that lists the device', async () => {
    const { ann, bob, writer, check, stop } = await startScene()
    const { chain, device } = await writer.withDevice()
    const newest = chain.at(-1)!
    expect(await check(ann.device, newest)).to.equal('unknown-person')
    await bob.services.persons.applyKeyEvents(ann.id, writer.chain)
    expect(await check(ann.device, newest)).to.equal('ok')
    expect(await check(device.publicKey, newest)).to.equal('unknown-device')
    await bob.services.persons.applyKeyEvents(ann.id, chain)
    expect(await check(device.publicKey, newest)).to.equal('ok')
    await stop()
  })

  it('[N23] with forged events among good ones: those are left out and counted', async () => {
    const { ann, writer, refusals, check, stop } = await startScene()
    const { chain } = await writer.withDevice()
    const broken = Uint8Array.of(1, 2, 3)
    expect(await check(ann.device, chain.at(-1)!, [...chain, broken])).to.equal('ok')
    expect(refusals.counts()).to.deep.equal({ 'malformed-key-events': 1 })
    await stop()
  })
})

describe('what was turned away, in one table', () => {
  it('[N23] reasons of one name are added up; a full disk, a busy node and a broken line are none', () => {
    const all = sumRefused([
      { forged: 2, blocked: 1, full: 9 },
      { blocked: 2, busy: 9, 'carrier-lost': 9, 'bad-handshake': 1 },
      { 'forged-block': 3 },
      { 'host-frame': 0, signal: 1 },
    ])
    expect(all).to.deep.equal({ forged: 2, blocked: 3, 'bad-handshake': 1, 'forged-block': 3, signal: 1 })
  })
})
