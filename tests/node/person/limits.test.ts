import { expect } from 'chai'
import { MAX_ABOUT_LENGTH, MAX_NAME_LENGTH, readProfile } from '../../../src/node-worker/person/profile.ts'
import { MAX_HOSTS } from '../../../src/node-worker/person/settings.ts'
import { describe, it } from '../../support/runner.ts'
import { startNode } from '../../support/test-node.ts'

describe('limits of what a person says of themselves', () => {
  it('[N17] a profile over a limit is none, whoever sent it', () => {
    const profile = (name: number, about: number) =>
      readProfile({ name: 'n'.repeat(name), about: 'a'.repeat(about), time: 1 })
    expect(profile(MAX_NAME_LENGTH, MAX_ABOUT_LENGTH)).to.be.an('object')
    expect(profile(MAX_NAME_LENGTH + 1, 0)).to.equal(undefined)
    expect(profile(1, MAX_ABOUT_LENGTH + 1)).to.equal(undefined)
  })

  it('[N17] one’s own words about oneself and petnames are held to the same limits', async () => {
    const node = await startNode(`limits-${Math.random()}`)
    await node.get('create-person', { name: 'n'.repeat(MAX_NAME_LENGTH) })
    const about = await node.ask('save-profile', { name: 'n', about: 'a'.repeat(MAX_ABOUT_LENGTH + 1) })
    expect(about).to.deep.include({ error: { type: 'too-large', what: 'about', limit: MAX_ABOUT_LENGTH } })
    await node.stop()
  })

  it('[N14] a person is on at most 8 hosts', async () => {
    const node = await startNode(`hosts-${Math.random()}`)
    await node.get('create-person', { name: 'Ann' })
    const hosts = Array.from({ length: MAX_HOSTS + 1 }, (_, i) => `https://host-${i}.example`)
    const refused = await node.ask('save-settings', { hosts })
    expect(refused).to.have.nested.property('error.type', 'bad-host')
    await node.get('save-settings', { hosts: hosts.slice(1) })
    await node.live('settings', {}).until((view) => view.hosts.length === MAX_HOSTS)
    await node.stop()
  })
})
