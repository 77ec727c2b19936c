/** Reading segments on Node.js: decoding and verifying against nothing but BLAKE2b over the same bytes. */
import { encodeEntry } from '../src/core/logs/entry.ts'
import { lastEntryOf, type Segment, splitSegment } from '../src/core/logs/segment.ts'
import { decodeSegment, encodeSegment } from '../src/core/logs/segment-codec.ts'
import { verifySegment } from '../src/core/logs/segment-verify.ts'
import { hashBytes } from '../src/core/logs/yamf.ts'
import { makeLog, somePayloads } from '../tests/core/logs/make-log.ts'
import { testCrypto, testSigner } from '../tests/support/ed25519.ts'
import { report } from './support/report.ts'
import { alternate, perSecond, row, timed } from './support/stats.ts'

const ROUNDS = 5
const ENTRIES = 5_000
const PAYLOAD_BYTES = 200

const log = await makeLog(await testSigner(7), somePayloads(ENTRIES, PAYLOAD_BYTES))
const parts = splitSegment(log)
const wire = parts.map((part) => encodeSegment(part))
const hashed = [...log.entries.map(encodeEntry), ...(log.payloads as Uint8Array[])]

const decode = (bytes: Uint8Array): Segment => {
  const decoded = decodeSegment(bytes)
  if (!decoded.ok) throw new Error('a segment does not decode')
  return decoded.value
}

/** As a reader does who has what lies before each segment. */
const verifyAll = async (): Promise<void> => {
  for (const [i, bytes] of wire.entries()) {
    const before = i > 0 ? lastEntryOf(parts[i - 1]!) : undefined
    const verified = await verifySegment(decode(bytes), {
      verifier: testCrypto,
      anchor: before && { seq: before.seq, hash: before.hash },
      known: (seq) => log.entries[seq - 1]?.hash,
    })
    if (!verified.ok) throw new Error(`a segment does not verify: ${verified.error.type}`)
  }
}

const rate = async (task: () => unknown): Promise<number> => perSecond(ENTRIES, await timed(task))
const values = await alternate(ROUNDS, {
  hash: () => rate(() => hashed.forEach(hashBytes)),
  decode: () => rate(() => wire.forEach(decode)),
  verify: () => rate(verifyAll),
})
const against = { name: 'bare BLAKE2b', values: values.hash }
report('core', `Segments of ${ENTRIES} entries of ${PAYLOAD_BYTES} bytes`, [
  row('bare BLAKE2b of entries and payloads', 'entries/s', values.hash),
  row('decoded', 'entries/s', values.decode, { against }),
  row('decoded and verified', 'entries/s', values.verify, { against }),
])
