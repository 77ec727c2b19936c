/** What every device-key vault must do, whatever keeps the keys. */
import { expect } from 'chai'
import { createWebCrypto } from '../../../src/node-worker/crypto/web-crypto.ts'
import type { DeviceKeyVault } from '../../../src/node-worker/platform.ts'
import { describe, it } from '../../support/runner.ts'

const NONCE = new Uint8Array(12).fill(7)
const MESSAGE = Uint8Array.of(1, 2, 3)

/** `openVault` opens the same empty place each time it is called with one name. */
export const describeVault = (title: string, openVault: (name: string) => Promise<DeviceKeyVault>): void => {
  const crypto = createWebCrypto()
  let runs = 0
  const freshName = (): string => `vault-${Date.now()}-${++runs}`

  describe(title, () => {
    it('[V1] an empty vault has no device', async () => {
      const vault = await openVault(freshName())
      expect(await vault.load()).to.equal(undefined)
    })

    it('[V2] a device that was made is the same device when the vault is opened again', async () => {
      const name = freshName()
      const made = await (await openVault(name)).create()
      const loaded = await (await openVault(name)).load()
      expect(loaded!.device.signer.publicKey).to.deep.equal(made.device.signer.publicKey)
      expect(loaded!.device.agreement.publicKey).to.deep.equal(made.device.agreement.publicKey)
      expect(made.device.signer.publicKey.length).to.equal(32)
    })

    it('[V3] a loaded device signs under its public key', async () => {
      const name = freshName()
      const { device } = await (await openVault(name)).create()
      const loaded = await (await openVault(name)).load()
      const signature = await loaded!.device.signer.sign(MESSAGE)
      expect(await crypto.verify(device.signer.publicKey, MESSAGE, signature)).to.equal(true)
    })

    it('[V4] a loaded device agrees on the secret that its public key promises', async () => {
      const name = freshName()
      const { device } = await (await openVault(name)).create()
      const loaded = await (await openVault(name)).load()
      const other = await crypto.ephemeral()
      const ours = await loaded!.device.agreement.sharedSecret(other.publicKey)
      expect(ours).to.deep.equal(await other.sharedSecret(device.agreement.publicKey))
    })

    it('[V5] what was sealed on this device opens after the vault was opened again', async () => {
      const name = freshName()
      const made = await (await openVault(name)).create()
      const sealed = await made.sealLocal.seal(NONCE, MESSAGE)
      const loaded = await (await openVault(name)).load()
      expect(await loaded!.sealLocal.open(NONCE, sealed)).to.deep.equal(MESSAGE)
    })

    it('[V6] a cleared vault has no device, and the next one is another', async () => {
      const name = freshName()
      const vault = await openVault(name)
      const first = await vault.create()
      await vault.clear()
      expect(await vault.load()).to.equal(undefined)
      const second = await vault.create()
      expect(second.device.signer.publicKey).not.to.deep.equal(first.device.signer.publicKey)
    })
  })
}
