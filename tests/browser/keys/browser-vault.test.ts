import { expect } from 'chai'
import { createWebCrypto } from '../../../src/node-worker/crypto/web-crypto.ts'
import { createBrowserVault } from '../../../src/node-worker/keys/browser-vault.ts'
import { openKeyDatabase } from '../../../src/node-worker/keys/key-database.ts'
import { canKeepKeys } from '../../../src/node-worker/keys/probe.ts'
import { describeVault } from '../../node/keys/vault-contract.ts'
import { describe, it } from '../../support/runner.ts'

describeVault('browser vault', async (name) => createBrowserVault(name, createWebCrypto()))

/** The result of the probe in a worker that posts it. */
const probeIn = (target: Worker | MessagePort): Promise<boolean> =>
  new Promise((resolve) => {
    target.onmessage = ({ data }: MessageEvent<boolean>) => resolve(data)
  })

describe('browser keys', () => {
  it('[V10] the private halves that are stored cannot be exported', async () => {
    const name = `vault-export-${Date.now()}`
    await createBrowserVault(name, createWebCrypto()).create()
    const database = await openKeyDatabase(name)
    const row = (await database.get('device')) as { signing: CryptoKeyPair; wrap: CryptoKey; agreement?: CryptoKeyPair }
    database.close()
    expect(row.signing.privateKey.extractable).to.equal(false)
    expect(row.wrap.extractable).to.equal(false)
    expect(row.agreement?.privateKey.extractable ?? false).to.equal(false)
  })

  it('[V11] a window can keep keys', async () => {
    expect(await canKeepKeys(`vault-probe-${Date.now()}`, createWebCrypto())).to.equal(true)
  })

  it('[V11] a dedicated worker can keep keys', async () => {
    const worker = new Worker(new URL('./probe-dedicated.worker.js', import.meta.url), { type: 'module' })
    expect(await probeIn(worker)).to.equal(true)
    worker.terminate()
  })

  it('[V11] a shared worker can keep keys, except in WebKitGTK, and the probe finds out', async () => {
    const worker = new SharedWorker(new URL('./probe-shared.worker.js', import.meta.url), { type: 'module' })
    const result = await probeIn(worker.port)
    // Safari's own user agent says Version/; so does WebKitGTK's, and neither Chromium's nor Firefox's does.
    expect(result).to.equal(!navigator.userAgent.includes('Version/'))
  })
})
