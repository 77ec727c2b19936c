import { expect } from 'chai'
import { MAX_ABOUT_LENGTH, MAX_NAME_LENGTH, readProfile } from '../../../src/node-worker/person/profile.ts'
import { MAX_HOSTS } from '../../../src/node-worker/person/settings.ts'
import { type Store, StoreFullError } from '../../../src/node-worker/stores/store.ts'
import { openTestStore } from '../../support/open-store.ts'
import { createTestPlatform } from '../../support/platform.ts'
import { describe, it } from '../../support/runner.ts'
import { startNode } from '../../support/test-node.ts'

/** A store that says it is full while `full.now` is set. */
const fillable = (store: Store, full: { now: boolean }): Store => ({
  ...store,
  write: (tables, durability, run) =>
    store.write(tables, durability, async (tx) => {
      const value = await run(tx)
      if (full.now) throw new StoreFullError('full')
      return value
    }),
})

describe('persons', () => {
  it('[N14] settings and petnames are kept, checked, and shown at once', async () => {
    const node = await startNode('settings')
    await node.get('create-person', { name: 'Robin' })
    const other = await startNode('other')
    const { person } = await other.get('create-person', { name: 'Robin' })
    expect(await node.query('settings', {})).to.deep.equal({
      theme: 'system',
      hosts: ['https://host.example'],
      copies: 3,
    })
    const settings = node.live('settings', {})
    await node.get('save-settings', { theme: 'dark', hosts: ['https://A.example/', 'http://localhost:8080'] })
    const view = await settings.until((shown) => shown.theme === 'dark')
    expect(view.hosts).to.deep.equal(['https://a.example', 'http://localhost:8080'])
    const plain = await node.ask('save-settings', { hosts: ['http://a.example'] })
    expect(plain).to.have.nested.property('error.type', 'bad-host')

    await node.get('follow', { link: `https://b.example/@${person}?h=https%3A%2F%2Fc.example` })
    expect(node.services.persons.get(person)!.hosts).to.have.members(['https://b.example', 'https://c.example'])
    await node.get('set-petname', { person, petname: 'Robin' })
    const [followed] = (await node.query('people', {})).following
    expect(followed).to.include({ id: person, name: 'Robin', petname: 'Robin', ambiguous: true, known: false })
    expect(followed!.fingerprint).to.match(/^[a-z]{5}-[a-z]{5}-[a-z]{5}$/)
    await node.get('set-petname', { person, petname: '' })
    expect(await node.query('person', { person })).to.include({ name: '' })
    expect(await node.ask('follow', { link: 'gibberish' })).to.have.nested.property('error.type', 'bad-link')
    const { link } = await node.get('my-link', {})
    expect(await node.ask('follow', { link })).to.have.nested.property('error.type', 'own-link')
    settings.end()
    await node.stop()
    await other.stop()
  })

  it('[N15] what is private stands nowhere in the clear outside of this device', async () => {
    const node = await startNode('private')
    await node.get('create-person', { name: 'P' })
    const other = (await (await startNode('someone')).get('create-person', { name: 'S' })).person
    await node.get('follow', { link: other })
    const { publicKey } = node.services.account.self()!.device.signer
    const run = await node.services.logs.readTail(publicKey, 2, 10)
    const text = new TextDecoder('latin1').decode(run!.bytes)
    expect(text).to.include('kith/sealed')
    expect(text).to.not.include('follow')
    expect(text).to.not.include(other)
    await node.stop()
  })

  it('[N16] a full disk refuses a write in words and changes nothing; reading goes on', async () => {
    const full = { now: false }
    const platform = await createTestPlatform('full', { store: fillable(await openTestStore(), full) })
    const node = await startNode('full', { platform })
    await node.get('create-person', { name: 'F' })
    await node.get('publish-post', { text: 'before', pictures: [] })
    full.now = true
    const refused = await node.ask('publish-post', { text: 'lost', pictures: [] })
    expect(refused).to.have.nested.property('error.type', 'storage-full')
    expect((await node.query('home', { limit: 5 })).posts.map((post) => post.text)).to.deep.equal(['before'])
    expect((await node.query('storage', {})).full).to.equal(true)
    full.now = false
    await node.get('publish-post', { text: 'after', pictures: [] })
    expect((await node.query('home', { limit: 5 })).posts).to.have.length(2)
    await node.stop()
  })

  it('[N17] what a person may say of themselves has limits', async () => {
    const node = await startNode('limits')
    expect(await node.ask('publish-post', { text: 'x', pictures: [] })).to.have.nested.property(
      'error.type',
      'no-person',
    )
    expect(await node.ask('create-person', { name: '  ' })).to.have.nested.property('error.type', 'empty')
    expect(await node.ask('create-person', { name: 'x'.repeat(65) })).to.have.nested.property('error.what', 'name')
    await node.get('create-person', { name: 'L' })
    expect(await node.ask('create-person', { name: 'L' })).to.have.nested.property('error.type', 'person-exists')
    expect(await node.ask('publish-post', { text: ' \n', pictures: [] })).to.have.nested.property('error.type', 'empty')
    const long = await node.ask('publish-post', { text: 'x'.repeat(10_001), pictures: [] })
    expect(long).to.have.nested.property('error.limit', 10_000)
    const gone = await node.ask('publish-post', { text: 'x', pictures: [], replyTo: 'nothing' })
    expect(gone).to.have.nested.property('error.type', 'not-found')
    const about = (length: number) => node.ask('save-profile', { name: 'Lo', about: 'x'.repeat(length) })
    expect(await about(MAX_ABOUT_LENGTH)).to.have.property('ok', true)
    expect(await about(MAX_ABOUT_LENGTH + 1)).to.have.nested.property('error.limit', MAX_ABOUT_LENGTH)
    await node.get('save-profile', { name: 'Lo', about: 'me' })
    expect(await node.query('session', {})).to.have.nested.property('me.about', 'me')
    await node.stop()
  })

  it('[N17] a profile of somebody else is held to the same limits', () => {
    const profile = (name: number, about: number) =>
      readProfile({ name: 'x'.repeat(name), about: 'x'.repeat(about), time: 1 })
    expect(profile(MAX_NAME_LENGTH, MAX_ABOUT_LENGTH)).to.not.equal(undefined)
    expect(profile(MAX_NAME_LENGTH + 1, 0)).to.equal(undefined)
    expect(profile(1, MAX_ABOUT_LENGTH + 1)).to.equal(undefined)
  })

  it('[N14] settings that were saved are shown however slowly the store reads', async () => {
    const platform = await createTestPlatform('slow')
    let isSlow = false
    const read: Store['read'] = async (tables, run) => {
      if (isSlow) await new Promise((resolve) => setTimeout(resolve, 300))
      return platform.store.read(tables, run)
    }
    const node = await startNode('slow', { platform: { ...platform, store: { ...platform.store, read } } })
    await node.get('create-person', { name: 'S' })
    const settings = node.live('settings', {})
    await settings.until(({ theme }) => theme === 'system')
    isSlow = true
    await node.get('save-settings', { theme: 'dark', publicUrl: 'https://mine.example' })
    expect((await node.get('my-link', {})).link).to.match(/^https:\/\/mine\.example\//)
    await settings.until(({ theme }) => theme === 'dark')
    isSlow = false
    settings.end()
    await node.stop()
  })

  it('[N14] more hosts than one can be on are refused', async () => {
    const node = await startNode('hosts')
    await node.get('create-person', { name: 'H' })
    const hosts = (count: number) => Array.from({ length: count }, (_, i) => `https://h${i}.example`)
    expect(await node.ask('save-settings', { hosts: hosts(MAX_HOSTS + 1) })).to.have.nested.property(
      'error.type',
      'bad-host',
    )
    expect(await node.ask('save-settings', { hosts: hosts(MAX_HOSTS) })).to.have.property('ok', true)
    await node.stop()
  })
})
