/** A drill of somebody who keeps their blocks in a bucket of their own, on a real server. */
import { expect } from 'chai'
import { createNodeHttp } from '../../../src/node-worker/foreign/node-http.ts'
import { after, before, describe, it } from '../../support/runner.ts'
import { type S3Server, startS3 } from '../../support/s3/server.ts'
import { until } from '../../support/wait.ts'
import { isDone, picture, s3Input, shows } from '../foreign/scene.ts'
import { blocksAt, isWhole, startLeasing, untilSafety } from '../leasing/scene.ts'
import { startHost, type TestHost } from '../replication/peers.ts'
import { wordsOf } from '../transfer/archive.ts'
import { outcomeOf } from './scene.ts'

const LONG = { timeout: 180_000 }

describe('the wipe drill with a bucket of one’s own', () => {
  let host: TestHost
  let server: S3Server | undefined
  before(async () => {
    host = await startHost()
  })
  after(async () => {
    await host.close()
    await server?.stop()
  })

  it(
    '[RC18] [FS9] blocks that nobody has any more come out of it with the keys that are among the settings; without it the answer is no',
    async (context) => {
      server = await startS3(context)
      const { url, bucket } = server!
      const http = createNodeHttp(host.origin)
      const ada = await startLeasing('Ada', [host.origin], { change: (platform) => ({ ...platform, http }) })
      const bob = await startLeasing('Bob', [host.origin])
      await ada.get('save-settings', { copies: 2 })
      await ada.get('save-foreign-storage', { storage: s3Input(url, await bucket('drill')) })
      await ada.get('publish-post', { text: 'a lake', pictures: [picture('lake', 300_000)] })
      await shows(ada, (view) => isDone(view) && view.stored >= 4)
      await untilSafety(ada, isWhole, 'everything is left with Bob')
      await until(async () => (await blocksAt(bob, ada)).length >= 3, 'the picture at Bob')
      const rows = await bob.platform.store.read(['blocks'], (tx) => tx.list<Uint8Array>('blocks'))
      const large = rows.filter(({ value }) => value.length > 10_000)
      expect(large).to.have.length(2)
      await bob.platform.store.write(['blocks'], 'strict', async (tx) => {
        for (const { key } of large) await tx.delete('blocks', key)
      })
      const words = await wordsOf(ada)
      expect(await outcomeOf(ada, words)).to.deep.include({ survives: true, lost: 0, missing: [] })
      await server!.stop()
      server = undefined
      const without = await outcomeOf(ada, words)
      expect(without).to.deep.include({ survives: false, lost: 1 })
      expect(without.missing[0]).to.deep.include({ kind: 'picture', title: 'a lake' })
      for (const node of [ada, bob]) await node.stop()
    },
    LONG,
  )
})
