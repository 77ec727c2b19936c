/** The published vectors, made from fixed seeds: scripts/vectors/identity.ts writes them, vectors.test.ts compares. */
import { bytesToHex, hexToBytes } from '../../../src/core/bytes.ts'
import { encodeCbor } from '../../../src/core/cbor.ts'
import { deriveKey, firstEpoch, nextEpoch, privateSlot } from '../../../src/core/identity/account-secret.ts'
import type { SignedKeyEvent } from '../../../src/core/identity/key-event-types.ts'
import {
  commitmentOf,
  signAddDevice,
  signInception,
  signRemoveDevice,
  signRotate,
} from '../../../src/core/identity/key-events.ts'
import { packKeyEvents } from '../../../src/core/identity/key-list.ts'
import { hpkeSeed, locatorSeed, rootSeed } from '../../../src/core/identity/ladder.ts'
import { encodePersonLink } from '../../../src/core/identity/person-link.ts'
import { fingerprint } from '../../../src/core/identity/proquint.ts'
import { sealEpoch } from '../../../src/core/identity/sealed-secret.ts'
import { entropyToWords } from '../../../src/core/identity/words.ts'
import { GROUP_ZERO, NETWORK_ZERO } from '../../../src/core/limits.ts'
import { encodeKeepers } from '../../../src/core/records/keepers.ts'
import { createLocator } from '../../../src/core/records/locator.ts'
import { signRecord } from '../../../src/core/records/record.ts'
import { PATHS, publicStorageKey } from '../../../src/core/records/storage-key.ts'
import { countingRandom, testCrypto, testSigner } from '../../support/ed25519.ts'
import { stateOf, TIME } from './people.ts'

/** Entropy of the vectors' words. */
export const ENTROPY = '7f7f7f7f7f7f7f7f7f7f7f7f7f7f7f7f'
/** Seeds of the two devices: 32 times this byte. */
export const DEVICES = [0x11, 0x22] as const

const entropy = hexToBytes(ENTROPY)
const rootSigner = (rung: number) => testCrypto.signerFromSeed(rootSeed(entropy, rung))
const commitment = async (rung: number) => commitmentOf((await rootSigner(rung)).publicKey)
const wordsKey = async () => (await testCrypto.hpkeRecipientFromSeed(hpkeSeed(entropy))).publicKey
const agreementKey = async (byte: number) =>
  (await testCrypto.agreementFromSeed(new Uint8Array(32).fill(byte))).publicKey

const establish = async (next: number) => ({ next: await commitment(next), recovery: await wordsKey(), time: TIME })

const addDevice = async (chain: readonly SignedKeyEvent[], byte: number) => {
  const device = { agreement: await agreementKey(byte), name: `Device ${byte}` }
  return signAddDevice({ state: await stateOf(chain), device, time: TIME }, await rootSigner(0), await testSigner(byte))
}

/** Inception, two devices, the second removed, a rotation. */
export const makeChain = async (): Promise<SignedKeyEvent[]> => {
  const chain: SignedKeyEvent[] = [
    await signInception({ network: NETWORK_ZERO, ...(await establish(1)) }, await rootSigner(0)),
  ]
  for (const byte of DEVICES) chain.push(await addDevice(chain, byte))
  const { publicKey } = await testSigner(DEVICES[1])
  const logs = [{ logId: 0, seq: 300, hash: new Uint8Array(64).fill(0xab) }]
  const removal = { state: await stateOf(chain), device: publicKey, logs, time: TIME }
  chain.push(await signRemoveDevice(removal, await rootSigner(0)))
  chain.push(await signRotate({ state: await stateOf(chain), ...(await establish(2)) }, await rootSigner(1)))
  return chain
}

const wordsVector = async () => ({
  description: 'Keys of the recovery words: HKDF-SHA256(entropy, salt "kith/words/1", info), see [I17].',
  entropy: ENTROPY,
  words: await entropyToWords(entropy),
  rootSeeds: [0, 1, 2].map((rung) => bytesToHex(rootSeed(entropy, rung))),
  rootPublicKeys: await Promise.all([0, 1, 2].map(async (rung) => bytesToHex((await rootSigner(rung)).publicKey))),
  hpkeSeed: bytesToHex(hpkeSeed(entropy)),
  hpkePublicKey: bytesToHex(await wordsKey()),
  locatorSeed: bytesToHex(locatorSeed(entropy)),
})

const chainVector = (chain: readonly SignedKeyEvent[]) => ({
  description: 'A chain of key events of the words in words.json. Device seeds are 32 times 0x11 and 0x22.',
  person: chain[0]!.cid,
  fingerprint: fingerprint(chain[0]!.cid),
  events: chain.map(({ event, cid, bytes }) => ({ kind: event.kind, cid, bytes: bytesToHex(bytes) })),
})

const linkVector = (person: string) => {
  const hosts = ['https://kith.example', 'http://127.0.0.1:8080']
  return {
    description: 'Links to a person, and what they say.',
    links: [
      { link: encodePersonLink({ person, hosts, base: 'https://kith.example' }), person, hosts },
      { link: `web+kith:@${person}?h=https%3A%2F%2Fkith.example`, person, hosts: ['https://kith.example'] },
      { link: person, person, hosts: [] },
    ],
  }
}

const storageKeyVector = async (person: string) => {
  const secret = new Uint8Array(32).fill(0x5e)
  return {
    description: 'Public: sha256("kith/public" + person + path). Private: the Ed25519 key of an HKDF of the secret.',
    public: await Promise.all(
      Object.values(PATHS).map((path) => ({ person, path, key: bytesToHex(publicStorageKey(person, path)) })),
    ),
    secret: bytesToHex(secret),
    private: await Promise.all(
      ['/settings', '/follows'].map(async (path) => {
        const { publicKey } = await privateSlot(secret, path, testCrypto)
        return { path, slot: bytesToHex(publicKey), key: bytesToHex(deriveKey(secret, path)) }
      }),
    ),
  }
}

const pack = (chain: readonly SignedKeyEvent[]) => packKeyEvents({ chain: chain.map(({ bytes }) => bytes), proof: [] })

const keyListVector = (chain: readonly SignedKeyEvent[]) => {
  const { list, blocks } = pack(chain)
  const refused = (name: string, error: string, value: unknown) => ({ name, error, hex: bytesToHex(encodeCbor(value)) })
  return {
    description: 'The events of key-events.json as blocks; `value` is the dag-cbor of the list at /keys, see [R9].',
    value: bytesToHex(encodeCbor(list)),
    blocks: blocks.map(({ cid, bytes }) => ({ cid: String(cid), bytes: bytesToHex(bytes) })),
    refused: [
      refused('another version', 'unknown-version', { ...list, version: 2 }),
      refused('events in the value itself', 'malformed', { events: chain.map(({ bytes }) => bytes) }),
      refused('no events', 'malformed', { ...list, chain: 0 }),
      refused('half a proof', 'malformed', { ...list, proof: 1 }),
      refused('a block twice', 'malformed', { ...list, blocks: [...list.blocks, ...list.blocks] }),
      refused('a field too many', 'malformed', { ...list, more: 1 }),
    ],
  }
}

const recordVector = async (chain: readonly SignedKeyEvent[]) => {
  const person = chain[0]!.cid
  const keyEvent = chain.at(-1)!.cid
  const signer = await testSigner(DEVICES[0])
  const slot = await privateSlot(new Uint8Array(32).fill(0x5e), '/settings', testCrypto)
  const common = {
    version: 1,
    network: NETWORK_ZERO,
    group: GROUP_ZERO,
    epoch: 1,
    seq: 7,
    expires: TIME + 1000,
  } as const
  const key = publicStorageKey(person, PATHS.heads)
  const base = { kind: 'public', key, person, path: PATHS.heads, signer: signer.publicKey, keyEvent } as const
  const keys = { ...base, key: publicStorageKey(person, PATHS.keys), path: PATHS.keys } as const
  const keepers = { ...base, key: publicStorageKey(person, PATHS.keepers), path: PATHS.keepers } as const
  const records = [
    await signRecord({ ...common, ...base, value: { logs: [] } }, signer),
    await signRecord(
      { ...common, kind: 'private', key: slot.publicKey, signer: slot.publicKey, value: new Uint8Array(8).fill(1) },
      slot,
    ),
    await createLocator({ entropy, person, network: NETWORK_ZERO, group: GROUP_ZERO }, testCrypto),
    await signRecord({ ...common, ...keys, value: pack(chain).list }, signer),
    await signRecord({ ...common, ...keepers, value: encodeKeepers([person]) }, signer),
  ]
  return {
    description: 'One record of each kind, and those at /keys and /keepers, by the keys of the other vectors.',
    records: records.map(({ record, bytes, hash }) => ({
      kind: record.kind,
      key: bytesToHex(record.key),
      hash: bytesToHex(hash),
      bytes: bytesToHex(bytes),
    })),
  }
}

/** HPKE draws its own randomness: this one is opened by the tests, never compared. */
const sealedSecretVector = async (person: string) => {
  const random = countingRandom()
  const secrets = nextEpoch(firstEpoch(random), random)
  const recipients = [await agreementKey(DEVICES[0]), await wordsKey()]
  const sealed = await sealEpoch(secrets, { person, recipients }, testCrypto, random)
  return {
    description: 'Epoch 1 sealed to the device whose X25519 seed is 32 times 0x11, and to the words of words.json.',
    person,
    epoch: secrets.epoch,
    secret: bytesToHex(secrets.secret),
    earlier: secrets.earlier.map(bytesToHex),
    bytes: bytesToHex(sealed),
  }
}

/** File name without extension → content. */
export const makeIdentityVectors = async () => {
  const chain = await makeChain()
  const person = chain[0]!.cid
  return {
    words: await wordsVector(),
    'key-events': chainVector(chain),
    'person-links': linkVector(person),
    'storage-keys': await storageKeyVector(person),
    'key-list': keyListVector(chain),
    records: await recordVector(chain),
    'sealed-secret': await sealedSecretVector(person),
  }
}
