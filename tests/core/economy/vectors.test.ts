import { expect } from 'chai'
import { bytesToHex, hexToBytes } from '../../../src/core/bytes.ts'
import { decodeCbor } from '../../../src/core/cbor.ts'
import { MAX_WARRANT_BYTES } from '../../../src/core/economy/economy-limits.ts'
import { chooseLeaves } from '../../../src/core/economy/leaf-choice.ts'
import { decodeLedgerPayload } from '../../../src/core/economy/ledger-body.ts'
import { leafCountOf, merkleRoot, proveLeaves, verifyLeaf } from '../../../src/core/economy/merkle.ts'
import { decodeProof } from '../../../src/core/economy/statement-codec.ts'
import { type StatementContext, verifyStatement } from '../../../src/core/economy/verify-statement.ts'
import { verifyWarrant } from '../../../src/core/economy/warrant.ts'
import { foldKeyEvents } from '../../../src/core/identity/key-chain.ts'
import type { KeyState } from '../../../src/core/identity/key-state.ts'
import type { Result } from '../../../src/core/result.ts'
import { testCrypto } from '../../support/ed25519.ts'
import { describe, it } from '../../support/runner.ts'
import { loadPublishedVector } from '../../support/vectors.ts'
import { factOf, type Told } from './world.ts'

interface MerkleVector {
  readonly cases: readonly {
    name: string
    size: number
    root: string
    chosen: number[]
    leaf: { index: number; bytes: string; path: string[] }
  }[]
}

interface StatementVector {
  readonly keyEvents: readonly string[][]
  readonly cases: readonly ({ name: string; says: unknown; fact: object } & Told)[]
  readonly refused: readonly { name: string; place: string; error: string; hex: string }[]
}

/** `hex:` texts are bytes. */
const revive = <T>(value: T): T =>
  JSON.parse(JSON.stringify(value), (_, field) =>
    typeof field === 'string' && field.startsWith('hex:') ? hexToBytes(field.slice(4)) : field,
  )

const contextFor = async (keyEvents: readonly string[][]): Promise<StatementContext> => {
  const states = new Map<string, KeyState>()
  for (const chain of keyEvents) {
    const folded = await foldKeyEvents(chain.map(hexToBytes), testCrypto)
    if (folded.ok) states.set(folded.value.state.person, folded.value.state)
  }
  return { verifier: testCrypto, keys: (person) => states.get(person) }
}

describe('docs/vectors/merkle.json', () => {
  it('[Q2] each block has this root, [Q14] these leaves are chosen and [Q4] this one is proven', async () => {
    const { cases } = (await loadPublishedVector('merkle')) as MerkleVector
    for (const { name, size, root, chosen, leaf } of cases) {
      const block = Uint8Array.from({ length: size }, (_, i) => i % 251)
      expect(bytesToHex(merkleRoot(block)), name).to.equal(root)
      expect(chooseLeaves(new Uint8Array(32).fill(0x5a), leafCountOf(size)), name).to.deep.equal(chosen)
      const shown = { bytes: hexToBytes(leaf.bytes), path: leaf.path.map(hexToBytes) }
      expect(proveLeaves(block, [leaf.index]), name).to.deep.equal([shown])
      expect(verifyLeaf({ size, root: hexToBytes(root) }, leaf.index, shown), name).to.equal(true)
    }
  })
})

describe('docs/vectors/statements.json', () => {
  const load = async (): Promise<StatementVector> =>
    revive((await loadPublishedVector('statements')) as StatementVector)

  it('[Q5] each statement verifies alone, with the key events, to the same fact', async () => {
    const { keyEvents, cases } = await load()
    const context = await contextFor(keyEvents)
    for (const { name, says: _, fact, ...told } of cases) {
      // Links that are not there are left out of JSON.
      expect(JSON.parse(JSON.stringify(await factOf(told as Told, context))), name).to.deep.equal(fact)
    }
  })

  it('[Q5] every kind of statement is among them', async () => {
    const kinds = new Set((await load()).cases.map(({ fact }) => (fact as { kind: string }).kind))
    expect([...kinds].sort()).to.deep.equal(['lease', 'notice', 'pledge', 'proof', 'receipt', 'release', 'warrant'])
  })

  it('[Q5] what must be refused is', async () => {
    const { keyEvents, refused } = await load()
    const context = await contextFor(keyEvents)
    const places: Readonly<Record<string, (bytes: Uint8Array) => unknown>> = {
      statement: (bytes) => verifyStatement(bytes, context),
      proof: decodeProof,
      payload: decodeLedgerPayload,
      warrant: (bytes) => verifyWarrant(bytes, context),
    }
    for (const { name, place, error, hex } of refused) {
      const result = (await places[place]!(hexToBytes(hex))) as Result<unknown, { type: string }>
      expect(result.ok ? 'accepted' : result.error.type, name).to.equal(error)
    }
  })

  it('[Q5] what a statement says is what its bytes hold', async () => {
    for (const each of (await load()).cases) {
      const bytes =
        each.kind === 'entry' ? each.evidence.payload : each.kind === 'proof' ? each.evidence.proof : each.bytes
      const decoded = decodeCbor(bytes, MAX_WARRANT_BYTES)
      expect(decoded.ok && Object.keys(decoded.value as object).sort(), each.name).to.deep.equal(
        Object.keys(each.says as object).sort(),
      )
    }
  })
})
