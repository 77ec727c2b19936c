/**
 * Device keys on Node.js: one file that only its owner can read, in the data directory. There is no place there that
 * signs without showing the key, so whoever can read the file is the device; the threat model says so. In memory the
 * private halves are non-extractable all the same.
 */
import { chmod, open, readFile, rename, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { DeviceKeyMaker } from '../crypto/web-crypto.ts'
import type { DeviceKeyVault, UnlockedDevice } from '../platform.ts'

const FILE_NAME = 'device-keys.json'
const FILE_VERSION = 1

/** Keys as base64: PKCS #8 private halves, raw public halves, the raw AES-256 key. */
interface KeyFile {
  readonly version: typeof FILE_VERSION
  readonly signing: StoredPair
  readonly agreement: StoredPair
  readonly wrap: string
}

interface StoredPair {
  readonly privateKey: string
  readonly publicKey: string
}

const CURVES = {
  signing: { name: 'Ed25519', own: ['sign'], others: ['verify'] },
  agreement: { name: 'X25519', own: ['deriveBits'], others: [] },
} as const satisfies Record<string, { name: string; own: KeyUsage[]; others: KeyUsage[] }>

type Curve = (typeof CURVES)[keyof typeof CURVES]

const toBase64 = (bytes: ArrayBuffer): string => Buffer.from(bytes).toString('base64')
const fromBase64 = (text: string): Uint8Array<ArrayBuffer> => new Uint8Array(Buffer.from(text, 'base64'))

const generatePair = async (subtle: SubtleCrypto, { name, own, others }: Curve): Promise<StoredPair> => {
  const pair = (await subtle.generateKey({ name }, true, [...own, ...others])) as CryptoKeyPair
  return {
    privateKey: toBase64(await subtle.exportKey('pkcs8', pair.privateKey)),
    publicKey: toBase64(await subtle.exportKey('raw', pair.publicKey)),
  }
}

const importPair = async (subtle: SubtleCrypto, stored: StoredPair, curve: Curve): Promise<CryptoKeyPair> => ({
  privateKey: await subtle.importKey('pkcs8', fromBase64(stored.privateKey), curve.name, false, [...curve.own]),
  publicKey: await subtle.importKey('raw', fromBase64(stored.publicKey), curve.name, true, [...curve.others]),
})

/** All or nothing, and on disk when it resolves: written beside, flushed, renamed, and the folder flushed. */
const writeDurably = async (path: string, text: string): Promise<void> => {
  const temporary = `${path}.new`
  const file = await open(temporary, 'w', 0o600)
  try {
    await file.writeFile(text)
    await file.sync()
  } finally {
    await file.close()
  }
  await rename(temporary, path)
  const folder = await open(dirname(path), 'r')
  await folder.sync().finally(() => folder.close())
}

const readIfThere = async (path: string): Promise<string | undefined> => {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}

const parseKeyFile = (text: string): KeyFile => {
  const file = JSON.parse(text) as KeyFile
  if (file.version !== FILE_VERSION) throw new Error(`${FILE_NAME} has unknown version ${file.version}`)
  return file
}

/** A vault in `folder`, which must exist. */
export const createFileVault = (folder: string, crypto: DeviceKeyMaker): DeviceKeyVault => {
  const path = join(folder, FILE_NAME)
  const { subtle } = globalThis.crypto

  const unlock = async (file: KeyFile): Promise<UnlockedDevice> => {
    const wrap = await subtle.importKey('raw', fromBase64(file.wrap), 'AES-GCM', false, ['encrypt', 'decrypt'])
    const signing = await importPair(subtle, file.signing, CURVES.signing)
    const agreement = await importPair(subtle, file.agreement, CURVES.agreement)
    const signer = await crypto.signerFromKeyPair(signing)
    const device = { signer, agreement: await crypto.agreementFromKeyPair(agreement) }
    return { device, sealLocal: crypto.aeadFromKey(wrap) }
  }
  const load = async (): Promise<UnlockedDevice | undefined> => {
    const text = await readIfThere(path)
    if (text === undefined) return undefined
    // A copy or an unpacked archive may have opened it to others.
    await chmod(path, 0o600)
    return unlock(parseKeyFile(text))
  }
  const create = async (): Promise<UnlockedDevice> => {
    const file: KeyFile = {
      version: FILE_VERSION,
      signing: await generatePair(subtle, CURVES.signing),
      agreement: await generatePair(subtle, CURVES.agreement),
      wrap: toBase64(globalThis.crypto.getRandomValues(new Uint8Array(32)).buffer),
    }
    await writeDurably(path, JSON.stringify(file))
    return unlock(file)
  }
  return { load, create, clear: () => rm(path, { force: true }) }
}
