/** What the app takes for granted in every engine, tried where the node needs it: in a module SharedWorker. */
import { expect } from 'chai'
import { describe, it } from '../support/runner.ts'
import type { EngineFacts } from './engine.worker.ts'

const ask = (): Promise<EngineFacts> =>
  new Promise((resolve, reject) => {
    const worker = new SharedWorker(new URL('./engine.worker.js', import.meta.url), {
      type: 'module',
      name: crypto.randomUUID(),
    })
    worker.onerror = (event) => reject(new Error(`the shared worker did not start: ${event.type}`))
    worker.port.onmessage = (event: MessageEvent<EngineFacts>) => resolve(event.data)
  })

describe('engine', () => {
  it('a module SharedWorker has IndexedDB, Web Locks, WebSocket, Ed25519 and X25519', async () => {
    expect(await ask()).to.deep.equal({
      indexedDb: true,
      locks: true,
      webSocket: true,
      ed25519: true,
      x25519: true,
    })
  })

  it('a window is a secure context with streams, BigInt and Web Locks', () => {
    expect(isSecureContext).to.equal(true)
    expect(typeof ReadableStream).to.equal('function')
    expect(typeof navigator.locks.request).to.equal('function')
  })
})
