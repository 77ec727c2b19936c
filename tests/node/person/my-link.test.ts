import { expect } from 'chai'
import { parsePersonLink } from '../../../src/core/identity/person-link.ts'
import { OFFLINE } from '../../../src/node-worker/offline.ts'
import { type AddressInput, chooseAddresses } from '../../../src/node-worker/person/my-link.ts'
import { connectToPeers } from '../../../src/node-worker/swarm/connect.ts'
import type { MyLinkView } from '../../../src/rpc/views.ts'
import { createTestPlatform, type TestPlatform } from '../../support/platform.ts'
import { describe, it } from '../../support/runner.ts'
import { startNode, type TestNode } from '../../support/test-node.ts'
import { createFakeSocket } from '../hosts/fake-host.ts'

const LOCAL = 'http://localhost:8484'
const choose = ({ said = {}, ...input }: Partial<AddressInput> & { readonly said?: Record<string, string> }) =>
  chooseAddresses({
    hosts: [LOCAL],
    ownHost: LOCAL,
    publicUrl: undefined,
    announced: new Map(Object.entries(said)),
    ...input,
  })

describe('addresses of a link', () => {
  it('[H25] what the person named comes first, and stands for an own host that is this machine and says nothing else', () => {
    const said = { [LOCAL]: 'https://said.example' }
    expect(choose({ publicUrl: 'https://mine.example', said })).to.deep.equal({
      base: 'https://mine.example',
      hosts: ['https://said.example'],
    })
    expect(choose({ publicUrl: 'https://mine.example' })).to.deep.equal({
      base: 'https://mine.example',
      hosts: ['https://mine.example'],
    })
  })

  it('[H25] else the address that the own host announced', () => {
    expect(choose({ said: { [LOCAL]: 'https://Said.example/' } })).to.deep.equal({
      base: 'https://said.example',
      hosts: ['https://said.example'],
    })
    const own = 'https://kith.lan'
    expect(choose({ hosts: [own], ownHost: own, said: { [own]: 'https://said.example' } })).to.deep.equal({
      base: 'https://said.example',
      hosts: [own],
    })
  })

  it('[H25] a host says nothing about other hosts, nor where links of its neighbours open', () => {
    const other = 'https://other.example'
    const said = { [other]: 'https://evil.example' }
    expect(choose({ hosts: ['https://kith.example', other], ownHost: 'https://kith.example', said })).to.deep.equal({
      base: 'https://kith.example',
      hosts: ['https://kith.example', other],
    })
  })

  it('[H25] announcements that are no origin, mean this machine or give up encryption do not count', () => {
    for (const bad of [
      '',
      'kith.example',
      'javascript:alert(1)',
      'ftp://kith.example',
      'https://kith.example/path',
      'https://user:pass@kith.example',
      'https://kith.example?x',
      `https://${'a'.repeat(300)}.example`,
      'http://127.0.0.1:9',
      'http://app.localhost',
    ])
      expect(choose({ said: { [LOCAL]: bad } }), bad).to.deep.equal({ base: LOCAL, hosts: [LOCAL] })
    const own = 'https://kith.example'
    expect(choose({ hosts: [own], ownHost: own, said: { [own]: 'http://kith.example' } })?.base).to.equal(own)
  })

  it('[H25] a link that leads elsewhere names no host that would be the reader’s own machine', () => {
    expect(choose({ hosts: [LOCAL, 'https://kith.example', 'http://127.0.0.1:8484'] })).to.deep.equal({
      base: 'https://kith.example',
      hosts: ['https://kith.example'],
    })
    expect(choose({ hosts: [] })).to.equal(undefined)
  })
})

/** A network in which nobody answers; `dialled` has the hosts that were tried. */
const deafNetwork = async (seed: string): Promise<TestPlatform & { readonly dialled: Set<string> }> => {
  const dialled = new Set<string>()
  const webSocket = (url: string) => {
    dialled.add(new URL(url).host)
    return createFakeSocket(url)
  }
  return { ...(await createTestPlatform(seed)), webSocket, dialled }
}

/** Waits for the hosts that a node is on to be these. Saved settings take effect a moment after they are saved. */
const isOn = async (node: TestNode, expected: readonly string[]): Promise<void> => {
  const weather = node.live('connection', {})
  await weather.until(({ hosts }) => String(hosts.map(({ url }) => url)) === String(expected))
  weather.end()
}

/** The link after saving `publicUrl`. */
const linkAfter = async (node: TestNode, publicUrl: string): Promise<MyLinkView> => {
  await node.get('save-settings', { publicUrl })
  return node.get('my-link', {})
}

describe('links and hosts of a node', () => {
  it('[H25] a link warns while it leads to this machine, and no longer once the host has said its address', async () => {
    let said: string | undefined
    const connect = () => ({ ...OFFLINE, announcedUrl: async () => said })
    const platform = { ...(await createTestPlatform('link')), defaultHosts: [LOCAL] }
    const node = await startNode('link', { platform, options: { connect } })
    const { person } = await node.get('create-person', { name: 'Ann' })
    expect(await node.get('my-link', {})).to.have.property('warning', 'localhost')
    said = 'https://kith.example'
    const { link, warning } = await node.get('my-link', {})
    expect(warning).to.equal(undefined)
    expect(parsePersonLink(link)).to.deep.equal({ ok: true, value: { person, hosts: ['https://kith.example'] } })
    expect((await linkAfter(node, 'https://mine.example')).link).to.match(/^https:\/\/mine\.example\/@/)
    expect(await linkAfter(node, 'http://127.0.0.1:1')).to.have.property('warning', 'localhost')
    await node.stop()
  })

  it('[H26] hosts of the settings take the place of the one the app came from, and none means none', async () => {
    const platform = await deafNetwork('settings')
    const node = await startNode('settings', { platform, options: { connect: connectToPeers } })
    await node.get('create-person', { name: 'Ann' })
    await isOn(node, ['https://host.example'])
    await node.get('save-settings', { hosts: ['https://other.example'] })
    await isOn(node, ['https://other.example'])
    await node.get('save-settings', { hosts: [] })
    await isOn(node, [])
    expect([...platform.dialled]).to.deep.equal(['host.example', 'other.example'])
    await node.stop()
  })

  it('[H26] hosts that whoever started a peer named are dialled whatever the settings say', async () => {
    const platform = { ...(await deafNetwork('named')), namedHosts: ['https://named.example'] }
    const node = await startNode('named', { platform, options: { connect: connectToPeers } })
    await node.get('create-person', { name: 'Ann' })
    await node.get('save-settings', { hosts: [] })
    await isOn(node, ['https://named.example'])
    await node.stop()
  })

  it('[H26] a followed person’s link with eight dead hosts leaves room for everybody else', async () => {
    const platform = await deafNetwork('fair')
    const node = await startNode('fair', { platform, options: { connect: connectToPeers } })
    await node.get('create-person', { name: 'Me' })
    const people = await Promise.all(['one', 'two'].map((seed) => startNode(seed)))
    const ids = await Promise.all(people.map(async (other) => (await other.get('create-person', { name: 'X' })).person))
    const dead = Array.from({ length: 8 }, (_, i) => `h=${encodeURIComponent(`https://dead${i}.example`)}`)
    await node.get('follow', { link: `web+kith:@${ids[0]}?${dead.join('&')}` })
    await node.get('follow', { link: `web+kith:@${ids[1]}?h=${encodeURIComponent('https://alive.example')}` })
    const weather = node.live('connection', {})
    await weather.until(({ hosts }) => hosts.some(({ url }) => url === 'https://alive.example'))
    weather.end()
    for (const other of [node, ...people]) await other.stop()
  })
})
