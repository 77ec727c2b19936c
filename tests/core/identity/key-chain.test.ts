/** What a chain of key events comes to, and what does not count. */
import { expect } from 'chai'
import { encodeCbor } from '../../../src/core/cbor.ts'
import { foldKeyEvents, gossipOf, MAX_KEY_EVENT_BATCH, mergeKeyEvents } from '../../../src/core/identity/key-chain.ts'
import { keyEventFields, MAX_DEVICES } from '../../../src/core/identity/key-event-codec.ts'
import type { SignedKeyEvent } from '../../../src/core/identity/key-event-types.ts'
import { signAddDevice } from '../../../src/core/identity/key-events.ts'
import { activeDevices, isActiveDevice, isDeviceValidFor, logBound } from '../../../src/core/identity/key-state.ts'
import { testCrypto, testSigner } from '../../support/ed25519.ts'
import { describe, it } from '../../support/runner.ts'
import { addDevice, fold, incept, personWith, removeDevice, rootAt, rotate, stateOf, TIME } from './people.ts'

const bytesOf = (events: readonly SignedKeyEvent[]) => events.map(({ bytes }) => bytes)
const key = async (byte: number) => (await testSigner(byte)).publicKey

describe('key chain', () => {
  it('[I1] the id of a person is the CID of the inception', async () => {
    const [inception] = await personWith()
    const state = await stateOf([inception!])
    expect(state.person).to.equal(inception!.cid)
    expect(state.newest).to.equal(inception!.cid)
  })

  it('[I4] events fold in any order of arrival', async () => {
    const chain = await personWith(1, 2, 3)
    const state = await stateOf(chain)
    expect(state.events).to.equal(4)
    expect(activeDevices(state).map(({ name }) => name)).to.deep.equal(['device 1', 'device 2', 'device 3'])
    expect(await stateOf([...chain].reverse())).to.deep.equal(state)
  })

  it('[I4] an event whose predecessor is not here waits, and what is missing is named', async () => {
    const [inception, first, second] = await personWith(1, 2)
    const { state, missing } = await fold([inception!, second!])
    expect(state.events).to.equal(1)
    expect(missing).to.deep.equal([first!.cid])
  })

  it('[I5] a device event signed by another root key does not count', async () => {
    const chain = await personWith(1)
    const forged = await addDevice(chain, 2, { rung: 1 })
    const { state, left } = await fold([...chain, forged])
    expect(state.events).to.equal(2)
    expect(left).to.deep.equal([forged.cid])
  })

  it('[I5] a rotation to a key that was not committed to does not count', async () => {
    const chain = await personWith(1)
    const forged = await rotate(chain, 2)
    expect((await fold([...chain, forged])).state).to.deep.equal(await stateOf(chain))
  })

  it('[I5] the root key cannot rotate itself away', async () => {
    const chain = await personWith(1)
    expect((await stateOf([...chain, await rotate(chain, 0)])).events).to.equal(2)
  })

  it("[I6] a device that did not consent is not added: nobody claims another person's device", async () => {
    const chain = await personWith()
    const stolen = await testSigner(9)
    const thief = { publicKey: stolen.publicKey, sign: (await testSigner(8)).sign }
    const change = { state: await stateOf(chain), device: { agreement: await key(7), name: 'stolen' }, time: TIME }
    const forged = await signAddDevice(change, await rootAt(0), thief)
    expect((await stateOf([...chain, forged])).devices).to.deep.equal([])
  })

  it('[I6] a consent given to one person does not fit another', async () => {
    const chain = await personWith(1)
    const other = [await incept(1)]
    const consent = (chain[1]!.event as { consent: Uint8Array }).consent
    const device = await testSigner(1)
    const replay = { publicKey: device.publicKey, sign: async () => consent }
    const agreement = (await stateOf(chain)).devices[0]!.agreement
    const change = { state: await stateOf(other), device: { agreement, name: 'replayed' }, time: TIME }
    const forged = await signAddDevice(change, await rootAt(0, 1), replay)
    expect((await stateOf([...other, forged])).devices).to.deep.equal([])
  })

  it('[I7] a key is added once, even after its removal', async () => {
    const chain = await personWith(1)
    chain.push(await removeDevice(chain, 1))
    expect((await stateOf([...chain, await addDevice(chain, 1)])).events).to.equal(3)
  })

  it('[I7] a person has at most MAX_DEVICES devices at a time', async () => {
    const chain = await personWith(...Array.from({ length: MAX_DEVICES }, (_, i) => i + 1))
    expect(activeDevices(await stateOf(chain))).to.have.length(MAX_DEVICES)
    expect(activeDevices(await stateOf([...chain, await addDevice(chain, 99)]))).to.have.length(MAX_DEVICES)
    chain.push(await removeDevice(chain, 5))
    chain.push(await addDevice(chain, 99))
    expect(isActiveDevice(await stateOf(chain), await key(99))).to.equal(true)
  })

  it('[I8] removing a device that is not there changes nothing', async () => {
    const chain = await personWith(1)
    expect(await stateOf([...chain, await removeDevice(chain, 2)])).to.deep.equal(await stateOf(chain))
  })

  it("[I14] a removed device's logs end where the removal says; what it does not name is void", async () => {
    const chain = await personWith(1, 2)
    const hash = new Uint8Array(64).fill(5)
    chain.push(await removeDevice(chain, 1, [{ logId: 0, seq: 7, hash }]))
    const state = await stateOf(chain)
    const [gone, there] = [await key(1), await key(2)]
    expect(logBound(state, gone, 0)).to.deep.equal({ type: 'closed', seq: 7, hash })
    expect(isDeviceValidFor(state, gone, 0, 6, new Uint8Array(64))).to.equal(true)
    expect(isDeviceValidFor(state, gone, 0, 7, hash)).to.equal(true)
    expect(isDeviceValidFor(state, gone, 0, 7, new Uint8Array(64))).to.equal(false)
    expect(isDeviceValidFor(state, gone, 0, 8, hash)).to.equal(false)
    expect(isDeviceValidFor(state, gone, 1, 1, hash)).to.equal(false)
    expect(isDeviceValidFor(state, there, 3, 99, hash)).to.equal(true)
    expect(isDeviceValidFor(state, await key(3), 0, 1, hash)).to.equal(false)
    expect(isActiveDevice(state, gone)).to.equal(false)
  })

  it('no inception, several persons and a forged inception are told apart', async () => {
    const [inception, first] = await personWith(1)
    const other = await incept(1)
    const foldOf = async (events: Uint8Array[], person?: string) => {
      const folded = await foldKeyEvents(events, testCrypto, person === undefined ? {} : { person })
      return folded.ok ? folded.value.state.person : folded.error.type
    }
    expect(await foldOf([])).to.equal('no-inception')
    expect(await foldOf([first!.bytes])).to.equal('no-inception')
    expect(await foldOf([inception!.bytes, other.bytes])).to.equal('several-persons')
    expect(await foldOf([inception!.bytes, other.bytes], other.cid)).to.equal(other.cid)
    const forged = inception!.bytes.slice()
    const at = forged.length - 1
    // The last bytes of the map are not the signature; find it and flip one bit of it.
    const start = forged.findIndex((_, i) => inception!.signature.every((byte, j) => forged[i + j] === byte))
    expect(start).to.be.within(0, at)
    forged[start]! ^= 1
    expect(await foldOf([forged])).to.equal('forged-inception')
  })

  it('[I13] more events than the limit are refused before anything is decoded', async () => {
    const folded = await foldKeyEvents(Array(MAX_KEY_EVENT_BATCH + 1).fill(new Uint8Array(1)), testCrypto)
    expect(folded).to.deep.equal({ ok: false, error: { type: 'too-many-events', limit: MAX_KEY_EVENT_BATCH } })
  })

  it('[I13] a batch full of forged siblings costs a few signature checks each, no more', async () => {
    const chain = [...(await personWith(1, 2)), await rotate(await personWith(1, 2), 1)]
    const forged = chain
      .slice(1)
      .flatMap((signed) =>
        Array.from({ length: 300 }, (_, time) =>
          encodeCbor({ ...keyEventFields({ ...signed.event, time }), signature: signed.signature }),
        ),
      )
    let checks = 0
    const verify = (...call: Parameters<typeof testCrypto.verify>) => {
      checks++
      return testCrypto.verify(...call)
    }
    const events = [...bytesOf(chain), ...forged]
    const folded = await foldKeyEvents(events, { verify })
    expect(folded.ok && folded.value.state).to.deep.equal(await stateOf(chain))
    expect(checks).to.be.at.most(3 * events.length)
  })

  it('[I13] garbage among the events is counted and does no harm', async () => {
    const chain = await personWith(1)
    const garbage = [new Uint8Array(0), new Uint8Array(5000), Uint8Array.of(0xa0), Uint8Array.of(0xff, 1, 2)]
    const folded = await foldKeyEvents([...garbage, ...bytesOf(chain), ...garbage], testCrypto)
    expect(folded.ok && folded.value.malformed).to.equal(8)
    expect(folded.ok && folded.value.state).to.deep.equal(await stateOf(chain))
  })

  it('events of other persons are left alone', async () => {
    const chain = await personWith(1)
    const other = [await incept(1)]
    other.push(await addDevice(other, 2, { who: 1 }))
    const merged = await mergeKeyEvents(await stateOf(chain), bytesOf(other), testCrypto)
    expect(merged.ok && merged.value).to.deep.include({ added: 0, left: [], missing: [] })
  })

  it('[I15] what is handed on restores the state', async () => {
    const chain = await personWith(1, 2)
    const state = await stateOf(chain)
    const restored = await foldKeyEvents(gossipOf(state), testCrypto)
    expect(restored.ok && restored.value.state).to.deep.equal(state)
  })
})
