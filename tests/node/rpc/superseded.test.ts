import { expect } from 'chai'
import { ok } from '../../../src/core/result.ts'
import { toKithError } from '../../../src/node-worker/api/errors.ts'
import { fenceStore } from '../../../src/node-worker/liveness/fenced-store.ts'
import type { Store } from '../../../src/node-worker/stores/store.ts'
import { createNodeClient, type ManagedClient } from '../../../src/rpc/client.ts'
import { openConnection } from '../../../src/rpc/connection.ts'
import type { KithNode, RequestEnvelope } from '../../../src/rpc/contract.ts'
import { err } from '../../../src/rpc/handlers.ts'
import { RPC_VERSION, type Welcome } from '../../../src/rpc/hello.ts'
import { createNodeServer, type NodeServer } from '../../../src/rpc/serve.ts'
import { openTestStore } from '../../support/open-store.ts'
import { afterEach, beforeEach, describe, it } from '../../support/runner.ts'
import { until } from '../../support/wait.ts'

/** A node that notes in the store who asked, once an id. */
const startServer = async (store: Store, onSuperseded?: () => void): Promise<NodeServer> => {
  const fenced = await fenceStore(store)
  const request = async ({ id }: RequestEnvelope) => {
    try {
      await fenced.store.write(['requests'], 'strict', (tx) => tx.put('requests', [id], fenced.epoch))
      return ok({ note: String(fenced.epoch) })
    } catch (thrown) {
      return err(toKithError(thrown))
    }
  }
  const api = { request: request as unknown as KithNode['request'], subscribe: () => undefined }
  const starting = Promise.resolve(ok({ api, modems: { attach: () => undefined }, epoch: fenced.epoch }))
  return createNodeServer({ starting, ...(onSuperseded ? { onSuperseded } : {}) })
}

const answerOf = (server: NodeServer, version: number): Promise<Welcome> => {
  const { port1, port2 } = new MessageChannel()
  server.accept({ type: 'hello', version, port: port2 })
  return new Promise((resolve) => {
    port1.onmessage = ({ data }) => {
      port1.close()
      resolve(data)
    }
  })
}

describe('a superseded node', () => {
  let store: Store
  let server: NodeServer
  let ids: string[]
  let client: ManagedClient
  let dials: number
  beforeEach(async () => {
    store = await openTestStore()
    server = await startServer(store)
    ids = []
    dials = 0
    client = createNodeClient({
      dial: () => {
        dials++
        return openConnection({ carry: (hello) => void server.accept(hello) })
      },
      newId: () => {
        ids.push(`request-${ids.length}`)
        return ids.at(-1)!
      },
      now: () => Date.now(),
    })
    await client.ready
  })
  afterEach(async () => {
    client.close()
    server.close()
    await store.destroy()
  })

  const noted = (id: string) => store.read(['requests'], (tx) => tx.get<number>('requests', [id]))

  it('[T5] [T10] fails none of its requests: they go to the newer node under the same ids', async () => {
    expect(await client.request('create-note', {})).to.deep.equal(ok({ note: '1' }))
    const old = server
    server = await startServer(store)
    // The client still talks to the old one, twice at once.
    const outcomes = await Promise.all([client.request('create-note', {}), client.request('create-note', {})])
    expect(outcomes).to.deep.equal([ok({ note: '2' }), ok({ note: '2' })])
    expect(ids).to.have.length(3)
    expect(await Promise.all(ids.map(noted))).to.deep.equal([1, 2, 2])
    expect(dials).to.equal(2)
    old.close()
  })

  it('[T11] takes no more hellos, and says so to whoever runs it', async () => {
    let told = 0
    const old = await startServer(store, () => told++)
    server = old
    client.reconnect()
    expect(await client.request('create-note', {})).to.deep.equal(ok({ note: '2' }))
    const fenced = await fenceStore(store)
    const waiting = client.request('create-note', {})
    await until(() => told > 0, 'whoever runs it to be told')
    expect(await answerOf(old, RPC_VERSION)).to.deep.equal({ type: 'refused', error: { type: 'node-lost' } })
    server = await startServer(store)
    expect(await waiting).to.deep.equal(ok({ note: String(fenced.epoch + 1) }))
    old.close()
  })

  it('[T12] pages of other versions are told which of the two is the older', async () => {
    expect(await answerOf(server, RPC_VERSION - 1)).to.deep.equal({ type: 'refused', error: { type: 'newer-version' } })
    expect(await answerOf(server, RPC_VERSION + 1)).to.deep.equal({ type: 'refused', error: { type: 'in-use' } })
  })

  it('[T12] a server knows when all its pages are gone', async () => {
    expect(server.isDeserted()).to.equal(false)
    client.suspend()
    await until(() => server.isDeserted(), 'the server to be deserted')
    expect((await startServer(store)).isDeserted()).to.equal(false)
  })
})
