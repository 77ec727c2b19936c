import { expect } from 'chai'
import { OFFLINE } from '../../../src/node-worker/offline.ts'
import type { Connect } from '../../../src/node-worker/services.ts'
import { connectLater } from '../../../src/node-worker/swarm/connect-later.ts'
import { createManualTimers } from '../../support/manual-timers.ts'
import { createTestPlatform } from '../../support/platform.ts'
import { describe, it } from '../../support/runner.ts'
import { startNode } from '../../support/test-node.ts'

/** A load that ends when the test says so, time after time. */
const createLoad = () => {
  const waiting: { resolve(connect: Connect): void; reject(error: Error): void }[] = []
  return {
    load: () => new Promise<Connect>((resolve, reject) => void waiting.push({ resolve, reject })),
    waiting,
  }
}

/** A connection that tells what was done to it. */
const createConnect = () => {
  const done: string[] = []
  const connect: Connect = () => ({
    ...OFFLINE,
    view: () => ({ ...OFFLINE.view(), online: true }),
    isOnline: () => true,
    announcedUrl: async (host) => `${host}/announced`,
    connectNow: () => void done.push('dial'),
    attachModem: () => void done.push('modem'),
    close: async () => void done.push('close'),
  })
  return { connect, done }
}

const start = async (connect: Connect) => {
  const timers = createManualTimers()
  const platform = { ...(await createTestPlatform('later')), timers }
  return { node: await startNode('later', { platform, options: { connect } }), timers, platform }
}

const turn = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 0))

describe('the connection behind the start', () => {
  it('[N43] a node reads and writes before it, and hands over what was offered meanwhile', async () => {
    const { load, waiting } = createLoad()
    const { connect, done } = createConnect()
    const { node } = await start(connectLater(load))
    await node.get('create-person', { name: 'Ann' })
    await node.get('publish-post', { text: 'before', pictures: [] })
    node.node.modems.attach(new MessageChannel().port1)
    expect((await node.query('connection', {})).online).to.equal(false)
    expect(done).to.deep.equal([])
    waiting[0]!.resolve(connect)
    await turn()
    expect(done).to.deep.equal(['modem'])
    expect((await node.query('connection', {})).online).to.equal(true)
    node.node.modems.attach(new MessageChannel().port1)
    await node.get('connect-now', {})
    await node.stop()
    expect(done).to.deep.equal(['modem', 'modem', 'dial', 'close'])
  })

  it('[N43] what could not be loaded is tried again, and nobody waits for it without end', async () => {
    const { load, waiting } = createLoad()
    const { connect } = createConnect()
    const connection = connectLater(load)
    const { node, timers, platform } = await start(connection)
    waiting[0]!.reject(new Error('no network'))
    await turn()
    expect(platform.logged.map(({ what }) => what)).to.deep.equal(['connection'])
    const offline = connection(node.services)
    const asked = offline.announcedUrl('https://kith.example')
    timers.pass(3_000)
    expect(await asked).to.equal(undefined)
    timers.pass(5_000)
    await turn()
    expect(waiting.length).to.be.above(2)
    for (const { resolve } of waiting) resolve(connect)
    await turn()
    expect(await offline.announcedUrl('https://kith.example')).to.equal('https://kith.example/announced')
    await node.stop()
  })

  it('[N43] a node that ends meanwhile begins nothing any more', async () => {
    const { load, waiting } = createLoad()
    const { connect, done } = createConnect()
    const { node } = await start(connectLater(load))
    node.node.modems.attach(new MessageChannel().port1)
    await node.stop()
    waiting[0]!.resolve(connect)
    await turn()
    expect(done).to.deep.equal([])
  })
})
