/** The second node of a drill: what it does not touch, say, or take. */
import { expect } from 'chai'
import { base32Encode, bytesToHex } from '../../../src/core/bytes.ts'
import { decodeRecord } from '../../../src/core/records/record.ts'
import { PATHS, publicStorageKey } from '../../../src/core/records/storage-key.ts'
import { openScratchNode, type ScratchNode } from '../../../src/node-worker/drill/scratch-node.ts'
import { createNode } from '../../../src/node-worker/node.ts'
import { connectWith } from '../../../src/node-worker/swarm/connect.ts'
import { ask } from '../../host/support/http.ts'
import { after, before, describe, it } from '../../support/runner.ts'
import type { TestNode } from '../../support/test-node.ts'
import { settle, until } from '../../support/wait.ts'
import { startLeasing } from '../leasing/scene.ts'
import { follow, startHost, startPeer, type TestHost, textsOf } from '../replication/peers.ts'
import { wordsOf } from '../transfer/archive.ts'
import { deviceOf, startWhole } from './scene.ts'

const LONG = { timeout: 120_000 }

/** A scratch node beside one whose store and keys must not be touched. */
const openBeside = (node: TestNode): Promise<ScratchNode> => {
  const locked = new Proxy({} as never, {
    get: (_, name) => {
      throw new Error(`${String(name)} was asked for`)
    },
  })
  return openScratchNode({ ...node.platform, store: locked, keys: locked }, deviceOf(node), (platform, seen) =>
    createNode(platform, {
      connect(services) {
        seen(services)
        return connectWith({ leases: true })(services)
      },
    }),
  )
}

describe('the second node of a drill', () => {
  let host: TestHost
  before(async () => {
    host = await startHost()
  })
  after(() => host.close())

  /** [RC16] Neither in the host's lists, nor in records, nor in the ledger. */
  const saidNothing = async ({ services }: ScratchNode, person: string): Promise<void> => {
    const { publicKey: own } = services.account.self()!.device.signer
    const heads = publicStorageKey(person, PATHS.heads)
    const listed = String((await ask(`${host.origin}/k/${base32Encode(heads)}`)).body)
    expect(listed).to.include('/at/').and.not.include(base32Encode(own))
    const held = [
      await services.records.get(heads),
      await services.records.get(publicStorageKey(person, PATHS.profile)),
    ]
    const records = held.flatMap((bytes) => (bytes ? [decodeRecord(bytes)] : []))
    const signers = records.map((record) => record.ok && bytesToHex(record.value.record.signer))
    expect(signers).to.not.include(bytesToHex(own))
    const said = [...(await services.ledger()).all()].map(({ fact }) => fact.device)
    expect(said).to.not.be.empty.and.not.include(bytesToHex(own))
  }

  it(
    '[RC16] the second node reads nothing of the store and keys beside which it runs',
    async () => {
      const nodes = await startWhole([host.origin])
      const [ada] = nodes
      const scratch = await openBeside(ada)
      const restored = await scratch.restore(await wordsOf(ada), [host.origin], () => {}, new AbortController().signal)
      expect(restored.ok).to.equal(true)
      await until(() => scratch.services.settings.get().theme === 'dark', 'what is private')
      await saidNothing(scratch, ada.person)
      const said = ada.platform.logged.map(({ detail }) => detail).join()
      expect(said).not.to.include('was asked for')
      await scratch.close()
      for (const node of nodes) await node.stop()
    },
    LONG,
  )

  it(
    '[RC16] takes no reply that waits for the person: it would be lost with it',
    async () => {
      const ada = await startLeasing('Ada', [host.origin], { slots: 0 })
      const bob = await startPeer('Bob', [host.origin])
      const { entry } = await ada.get('publish-post', { text: 'asks', pictures: [] })
      await follow(bob, ada)
      await until(async () => (await textsOf(bob, ada.person)).length === 1, 'the post at Bob')
      const words = await wordsOf(ada)
      const scratch = await openBeside(ada)
      await ada.stop()
      await bob.get('publish-post', { text: 'answers', pictures: [], replyTo: entry })
      expect((await scratch.restore(words, [host.origin], () => {}, new AbortController().signal)).ok).to.equal(true)
      await until(async () => (await scratch.services.logs.heads(ada.person)).length > 0, 'a session with Bob')
      await settle(1000)
      expect(await bob.services.inbox.pending(ada.person)).to.have.length(1)
      await scratch.close()
      await bob.stop()
    },
    LONG,
  )
})
