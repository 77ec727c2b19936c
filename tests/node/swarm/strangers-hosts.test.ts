import { expect } from 'chai'
import { encodePersonLink } from '../../../src/core/identity/person-link.ts'
import { connectToPeers } from '../../../src/node-worker/swarm/connect.ts'
import { createTestPlatform } from '../../support/platform.ts'
import { describe, it } from '../../support/runner.ts'
import { startNode } from '../../support/test-node.ts'

/** A node from https://host.example that follows somebody whose link names `hosts`; the addresses it dials. */
const dialledAfter = async (hosts: readonly string[]): Promise<string[]> => {
  const dialled: string[] = []
  const platform = await createTestPlatform(`strangers-${Math.random()}`)
  const webSocket = (url: string): never => {
    dialled.push(url)
    throw new Error('no network in this test')
  }
  const other = await startNode('other')
  const { person } = await other.get('create-person', { name: 'Other' })
  const node = await startNode('one', { platform: { ...platform, webSocket }, options: { connect: connectToPeers } })
  await node.get('create-person', { name: 'One' })
  await node.get('follow', { link: encodePersonLink({ person, hosts, base: 'https://kith.example' }) })
  await Promise.all([node.stop(), other.stop()])
  return dialled
}

describe('following by a link', () => {
  it('[H36] dials public hosts that it names, and nothing on this machine or in its network', async () => {
    const hosts = ['http://localhost:631', 'https://192.168.1.1', 'https://router', 'https://kith.example']
    const dialled = await dialledAfter(hosts)
    expect([...new Set(dialled)].sort()).to.deep.equal(['wss://host.example/kith', 'wss://kith.example/kith'])
  })
})
