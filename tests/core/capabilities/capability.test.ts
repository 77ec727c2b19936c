/** What a capability gives, what it keeps back, and that nothing links two of them. */
import { expect } from 'chai'
import fc from 'fast-check'
import { bytesToHex } from '../../../src/core/bytes.ts'
import {
  attenuate,
  type Capability,
  type CapabilityKind,
  toRead,
  toVerify,
  writeCapability,
} from '../../../src/core/capabilities/capability.ts'
import { privateSlot } from '../../../src/core/identity/account-secret.ts'
import { testCrypto } from '../../support/ed25519.ts'
import { describe, it } from '../../support/runner.ts'

const RUNS = 40
const secrets = fc.uint8Array({ minLength: 32, maxLength: 32 })
const paths = fc.stringMatching(/^\/[a-z2-7]{1,26}(\/[a-z2-7]{1,26}){0,3}$/)
const KINDS = ['write', 'read', 'verify'] as const satisfies readonly CapabilityKind[]

const bytesIn = (capability: Capability): string[] =>
  Object.values(capability).flatMap((value) => (value instanceof Uint8Array ? [bytesToHex(value)] : []))

describe('capabilities', () => {
  it('[CP1] the storage key is that of the private slot of epoch and path', async () => {
    await fc.assert(
      fc.asyncProperty(secrets, paths, async (secret, path) => {
        const { key } = await toRead(writeCapability(secret, path), testCrypto)
        expect(key).to.deep.equal((await privateSlot(secret, path, testCrypto)).publicKey)
      }),
      { numRuns: RUNS },
    )
  })

  it('[CP2] two slots have nothing in common: neither of two paths, nor of two epochs or persons', async () => {
    await fc.assert(
      fc.asyncProperty(secrets, secrets, paths, paths, async (secret, other, path, another) => {
        const slots = new Map([secret, other].flatMap((s) => [path, another].map((p) => [bytesToHex(s) + p, [s, p]])))
        const all: string[] = []
        for (const [s, p] of slots.values()) {
          const write = writeCapability(s as Uint8Array, p as string)
          all.push(...bytesIn(write), ...bytesIn(await toRead(write, testCrypto)))
        }
        expect(new Set(all).size).to.equal(all.length)
      }),
      { numRuns: RUNS },
    )
  })

  it('[CP2] a lower capability has no byte of a higher one but the key that all can see', async () => {
    await fc.assert(
      fc.asyncProperty(secrets, paths, async (secret, path) => {
        const write = writeCapability(secret, path)
        const read = await toRead(write, testCrypto)
        const seen = bytesIn(toVerify(read))
        expect(seen).to.deep.equal([bytesToHex(read.key)])
        expect(bytesIn(read)).to.not.include(bytesToHex(write.seed))
        expect(seen).to.not.include(bytesToHex(read.readKey))
      }),
      { numRuns: RUNS },
    )
  })

  it('[CP3] each gives itself and what is lower, and nothing that is higher', async () => {
    const write = writeCapability(new Uint8Array(32).fill(7), '/a')
    const read = await toRead(write, testCrypto)
    const capabilities: Readonly<Record<CapabilityKind, Capability>> = { write, read, verify: toVerify(read) }
    for (const [i, from] of KINDS.entries()) {
      for (const [j, to] of KINDS.entries()) {
        const expected = j >= i ? capabilities[to] : undefined
        expect(await attenuate(capabilities[from], to, testCrypto), `${from} to ${to}`).to.deep.equal(expected)
      }
    }
  })
})
