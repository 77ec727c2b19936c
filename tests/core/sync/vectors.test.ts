import { expect } from 'chai'
import { bytesToHex, hexToBytes } from '../../../src/core/bytes.ts'
import type { Result } from '../../../src/core/result.ts'
import {
  type BlockAnswer,
  decodeBlockAnswer,
  decodeBlockQuestion,
  encodeBlockAnswer,
  encodeBlockQuestion,
} from '../../../src/core/sync/block-codec.ts'
import {
  decodeBackfill,
  decodeGet,
  decodeHolderMessage,
  decodeOffer,
  decodeOfferAnswer,
  decodeReaderMessage,
  encodeSync,
} from '../../../src/core/sync/codec.ts'
import { describe, it } from '../../support/runner.ts'
import { loadPublishedVector } from '../../support/vectors.ts'

type Decode = (bytes: Uint8Array) => Result<unknown, { readonly type: string }>

const DECODERS: Readonly<Record<string, Decode>> = {
  'log reader': decodeReaderMessage,
  'log holder': decodeHolderMessage,
  'backfill reader': decodeGet,
  'backfill holder': decodeBackfill,
  'offer sender': decodeOffer,
  'offer receiver': decodeOfferAnswer,
  question: decodeBlockQuestion,
  answer: decodeBlockAnswer,
}

interface SyncVector {
  readonly cases: readonly { name: string; place: string; message: { readonly type: string }; hex: string }[]
  readonly refused: readonly { name: string; place: string; error: string; hex: string }[]
}

interface BlockVector {
  readonly cases: readonly { name: string; side: 'question' | 'answer'; says: string; hex: string }[]
  readonly refused: readonly { name: string; side: string; error: string; hex: string }[]
}

const fromReadable = (message: object): Parameters<typeof encodeSync>[0] =>
  JSON.parse(JSON.stringify(message), (_, value) =>
    typeof value === 'string' && value.startsWith('hex:') ? hexToBytes(value.slice(4)) : value,
  )

const errorOf = (decode: Decode | undefined, hex: string): string => {
  const decoded = decode!(hexToBytes(hex))
  return decoded.ok ? 'accepted' : decoded.error.type
}

describe('docs/vectors/sync-messages.json', () => {
  it('[SY3] each message has these bytes and is read back from them, in its place', async () => {
    const { cases } = (await loadPublishedVector('sync-messages')) as SyncVector
    for (const { name, place, message, hex } of cases) {
      const value = fromReadable(message)
      expect(bytesToHex(encodeSync(value)), name).to.equal(hex)
      expect(DECODERS[place]!(hexToBytes(hex)), name).to.deep.equal({ ok: true, value })
    }
  })

  it('[SY3] every kind of message is among them', async () => {
    const { cases } = (await loadPublishedVector('sync-messages')) as SyncVector
    const kinds = ['answer', 'end', 'events', 'get', 'have', 'heads', 'offer', 'records', 'segment', 'unwant', 'want']
    expect([...new Set(cases.map(({ message }) => message.type))].sort()).to.deep.equal(kinds)
  })

  it('[SY3] what must be refused is', async () => {
    const { refused } = (await loadPublishedVector('sync-messages')) as SyncVector
    for (const { name, place, error, hex } of refused) expect(errorOf(DECODERS[place], hex), name).to.equal(error)
  })
})

describe('docs/vectors/block-stream.json', () => {
  it('[SY13] each question and answer has these bytes and is read back from them', async () => {
    const { cases } = (await loadPublishedVector('block-stream')) as BlockVector
    for (const { name, side, says, hex } of cases) {
      const bytes = side === 'question' ? encodeBlockQuestion(says) : encodeBlockAnswer(says as BlockAnswer)
      expect(bytesToHex(bytes), name).to.equal(hex)
      expect(DECODERS[side]!(bytes), name).to.deep.equal({ ok: true, value: says })
    }
  })

  it('[SY13] what must be refused is', async () => {
    const { refused } = (await loadPublishedVector('block-stream')) as BlockVector
    for (const { name, side, error, hex } of refused) expect(errorOf(DECODERS[side], hex), name).to.equal(error)
  })
})
