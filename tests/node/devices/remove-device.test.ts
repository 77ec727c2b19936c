/** Removing a device with the words: what of it stays, who learns of it, and that what is private goes on without it. */
import { expect } from 'chai'
import { decodeRecord } from '../../../src/core/records/record.ts'
import { PATHS, publicStorageKey } from '../../../src/core/records/storage-key.ts'
import { describe, it } from '../../support/runner.ts'
import { startNode, type TestNode } from '../../support/test-node.ts'
import { archiveOf, restoreFrom, startFullPerson, wordsOf } from '../transfer/archive.ts'
import { carry, startSecondDevice } from '../transfer/second-device.ts'

const me = (node: TestNode): string => node.services.account.self()!.person
const epochOf = (node: TestNode): number => node.services.account.self()!.secrets.epoch

const otherOf = async (node: TestNode): Promise<string> =>
  (await node.query('devices', {})).find(({ here, removed }) => !here && removed === undefined)!.id

/** Carries the sealed secret over, as a session of two devices would. */
const carrySecret = async (from: TestNode, to: TestNode): Promise<void> => {
  const key = publicStorageKey(me(from), PATHS.secret)
  const outcome = await to.services.records.put(key, (await from.services.records.get(key))!)
  expect(outcome).to.deep.equal({ type: 'kept' })
}

describe('removing a device', () => {
  it('[RC13] needs the words of the person, and another device that is there', async () => {
    const alice = await startFullPerson('remove refused')
    const mallory = await startNode('remove refused mallory')
    await mallory.get('create-person', { name: 'Mallory' })
    const words = await wordsOf(alice)
    const second = await startSecondDevice(alice)
    const device = await otherOf(second)
    const here = (await second.query('devices', {})).find((shown) => shown.here)!.id
    const typeOf = async (input: { device: string; words: string }) => {
      const answer = await second.ask('remove-device', input)
      return answer.ok ? undefined : answer.error.type
    }
    expect(await typeOf({ device, words: 'one two three' })).to.equal('wrong-words')
    expect(await typeOf({ device, words: await wordsOf(mallory) })).to.equal('not-your-words')
    expect(await typeOf({ device: here, words })).to.equal('not-found')
    expect(await typeOf({ device: 'nobody', words })).to.equal('not-found')
    expect(epochOf(second)).to.equal(0)
    for (const node of [alice, mallory, second]) await node.stop()
  })

  it('[RC13] what it wrote stays, what it writes then is void, and the secret is a new one', async () => {
    const alice = await startFullPerson('remove')
    const words = await wordsOf(alice)
    const second = await startSecondDevice(alice)
    const before = (await second.query('home', { limit: 1000 })).posts.length
    await second.get('remove-device', { device: await otherOf(second), words })
    const devices = await second.query('devices', {})
    expect(devices.map(({ removed }) => removed !== undefined)).to.deep.equal([true, false])
    expect((await second.query('home', { limit: 1000 })).posts).to.have.length(before)
    expect(epochOf(second)).to.equal(1)
    const secret = decodeRecord((await second.services.records.get(publicStorageKey(me(second), PATHS.secret)))!)
    expect(secret.ok && secret.value.record.epoch).to.equal(1)
    await alice.get('publish-post', { text: 'from the lost device', pictures: [] })
    await carry(alice, second, me(alice)).catch(() => undefined)
    expect((await second.query('home', { limit: 1000 })).posts).to.have.length(before)
    await second.get('publish-post', { text: 'goes on', pictures: [] })
    // After a restart the new secret opens both what was and what is.
    await second.get('save-settings', { theme: 'light' })
    const again = await startNode('remove again', { platform: second.platform })
    expect(epochOf(again)).to.equal(1)
    expect(await again.query('settings', {})).to.have.property('theme', 'light')
    expect(await again.query('notes', {})).to.have.length(1)
    // The words open the new secret as well: an archive made now restores.
    const blank = await startNode('remove blank')
    blank.platform.clock.set(again.platform.clock.now() + 1000)
    expect(await restoreFrom(blank, words, await archiveOf(again))).to.deep.include({ state: 'done' })
    expect(epochOf(blank)).to.equal(1)
    for (const node of [alice, again, blank]) await node.stop()
  })

  it('[RC14] a device that stays takes over the new secret, and reads what came sealed under it before', async () => {
    const alice = await startFullPerson('stays')
    const words = await wordsOf(alice)
    const second = await startSecondDevice(alice)
    await carry(second, alice, me(alice))
    const third = await startNode('stays third')
    third.platform.clock.set(second.platform.clock.now() + 1000)
    await restoreFrom(third, words, await archiveOf(second))
    // A record that was signed at one moment with an older one would be the same or lower.
    second.platform.clock.advance(5000)
    await carry(third, second, me(alice))
    const gone = (await second.query('devices', {})).find(({ name }) => name === alice.platform.deviceName)!.id
    await second.get('remove-device', { device: gone, words })
    await second.get('save-settings', { theme: 'light' })
    await carry(second, third, me(alice))
    expect(await third.query('settings', {})).to.have.property('theme', 'dark')
    const settings = third.live('settings', {})
    await carrySecret(second, third)
    await settings.until(({ theme }) => theme === 'light')
    settings.end()
    expect(epochOf(third)).to.equal(1)
    await third.get('save-settings', { theme: 'system' })
    await carry(third, second, me(alice))
    expect(await second.query('settings', {})).to.have.property('theme', 'system')
    for (const node of [alice, second, third]) await node.stop()
  })
})
