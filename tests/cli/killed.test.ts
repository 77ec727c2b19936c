import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { fileURLToPath } from 'node:url'
import { expect } from 'chai'
import { connectToPeers } from '../../src/node-worker/swarm/connect.ts'
import { startHost, type TestHost } from '../host/support/host.ts'
import { networkedPlatform } from '../node/replication/peers.ts'
import { startNode, type TestNode } from '../support/test-node.ts'
import { freshFolder, kith, type RunningPeer, startPeer } from './support/kith.ts'

const ITEMS = 2500
const KILLS = 20
const pause = (milliseconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, milliseconds))

const startImport = (data: string, file: string) => {
  const main = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url))
  const child = spawn(process.execPath, [main, 'import', '--data', data, file], { stdio: 'ignore' })
  const closed = once(child, 'close')
  return {
    async kill(): Promise<void> {
      child.kill('SIGKILL')
      await closed
    },
  }
}

/** Spread over what an import takes, the same in each run. */
const delay = (kill: number): number => 200 + ((kill * 53) % 150)

describe('a peer that is killed in the middle of its work', () => {
  let folder: Awaited<ReturnType<typeof freshFolder>>
  let host: TestHost
  let data: string
  let follower: TestNode | undefined
  let last: RunningPeer | undefined
  before(async () => {
    folder = await freshFolder()
    host = await startHost()
    data = join(folder.path, 'peer')
  })
  after(async () => {
    await last?.stop('SIGKILL')
    await follower?.stop()
    await host.close()
    await folder.remove()
  })

  it('[N21] twenty times during import and sync: no entry twice, none missing, no fork, neither there nor at a follower', {
    timeout: 800_000,
  }, async () => {
    const file = join(folder.path, 'fortunes')
    await writeFile(file, Array.from({ length: ITEMS }, (_, i) => `saying number ${i}\n`).join('%\n'))
    const options = ['--data', data, '--host', host.origin, '--name', 'Ann']
    const first = await startPeer(options)
    const platform = await networkedPlatform('follower', [host.origin])
    const node = await startNode('follower', { platform, options: { connect: connectToPeers } })
    follower = node
    await node.get('create-person', { name: 'Bob' })
    const { person } = await node.get('follow', { link: first.link })
    await first.stop('SIGKILL')

    for (let kill = 0; kill < KILLS; kill++) {
      const peer = await startPeer(options)
      const importing = startImport(data, file)
      await pause(delay(kill))
      // In the command's own process, when it came too late to find the peer: that is killed just the same.
      await Promise.all([peer.stop('SIGKILL'), importing.kill()])
    }
    last = await startPeer(options)
    expect((await kith(['import', '--data', data, file])).code).to.equal(0)
    const again = await kith(['import', '--data', data, file])
    expect(again.stdout).to.contain('0 new')
    const feed: { text: string }[] = JSON.parse(
      (await kith(['feed', '--data', data, '--json', '--limit', String(ITEMS * 2)])).stdout,
    )
    expect(feed).to.have.length(ITEMS)
    expect(new Set(feed.map(({ text }) => text)).size).to.equal(ITEMS)

    const view = node.live('person', { person })
    await view.until(({ posts }) => posts === ITEMS)
    view.end()
    const heads = await node.services.logs.heads(person)
    expect(heads.map(({ log, forked, ranges }) => ({ log, forked, ranges }))).to.deep.equal([
      { log: 0, forked: false, ranges: [{ from: 1, to: ITEMS + 1 }] },
    ])
    expect(await last.stop()).to.equal(0)
  })
})
