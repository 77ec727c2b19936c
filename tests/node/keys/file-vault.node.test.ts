import { mkdtemp, readdir, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import { createWebCrypto } from '../../../src/node-worker/crypto/web-crypto.ts'
import { createFileVault } from '../../../src/node-worker/keys/file-vault.ts'
import { describe, it } from '../../support/runner.ts'
import { describeVault } from './vault-contract.ts'

const folders = new Map<string, Promise<string>>()
const folderOf = (name: string): Promise<string> => {
  const folder = folders.get(name) ?? mkdtemp(join(tmpdir(), 'kith-vault-'))
  folders.set(name, folder)
  return folder
}
const openVault = async (name: string) => createFileVault(await folderOf(name), createWebCrypto())

describeVault('file vault', openVault)

describe('file vault on disk', () => {
  it('[V20] only the owner can read the file, and nothing else is left beside it', async () => {
    await (await openVault('mode')).create()
    const folder = await folderOf('mode')
    expect(await readdir(folder)).to.deep.equal(['device-keys.json'])
    expect((await stat(join(folder, 'device-keys.json'))).mode & 0o777).to.equal(0o600)
  })

  it('[V21] a file of an unknown version is refused, not replaced', async () => {
    const folder = await folderOf('version')
    await writeFile(join(folder, 'device-keys.json'), '{"version":9}')
    const refusal = await (await openVault('version')).load().then(
      () => 'loaded',
      (error: Error) => error.message,
    )
    expect(refusal).to.equal('device-keys.json has unknown version 9')
  })
})
