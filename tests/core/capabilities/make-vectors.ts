/** The published vectors of capabilities: scripts/vectors/capabilities.ts writes them, vectors.test.ts compares. */
import { bytesToHex, hexToBytes } from '../../../src/core/bytes.ts'
import { toRead, toVerify, writeCapability } from '../../../src/core/capabilities/capability.ts'
import { encodeCapabilityLink } from '../../../src/core/capabilities/capability-link.ts'
import {
  ENDED,
  encodeSharedNote,
  encodeSharedValue,
  layOutNote,
  type SharedNote,
} from '../../../src/core/capabilities/shared-note.ts'
import { sealSlot } from '../../../src/core/capabilities/slot-record.ts'
import { countingRandom, testCrypto } from '../../support/ed25519.ts'

const SECRET = '5a'.repeat(32)
const PATH = '/notes/aaaaaaaaaaaaaaaaaaaaaaaaaa/shares/bbbbbbbbbbbbbbbbbbbbbbbbba'
const HOSTS = ['https://kith.example', 'http://127.0.0.1:8484']
const TERMS = { epoch: 1, seq: 1_700_000_000_000, expires: 1_702_678_400_000 }
/** Texts of a note that stands in the record, and of one that takes a block. */
const NOTES: Readonly<Record<string, SharedNote>> = {
  inline: { title: 'Soup', text: 'Leeks, potatoes, salt.', updated: TERMS.seq },
  blocks: { title: 'Long', text: 'word '.repeat(1000), updated: TERMS.seq },
}

const hex = (fields: object): Record<string, string> =>
  Object.fromEntries(
    Object.entries(fields).map(([name, value]) => [name, value instanceof Uint8Array ? bytesToHex(value) : value]),
  )

/** Everything that is published. */
export const makeCapabilityVectors = async () => {
  const random = countingRandom()
  const write = writeCapability(hexToBytes(SECRET), PATH)
  const read = await toRead(write, testCrypto)
  const verify = toVerify(read)
  const links = [write, read, verify].map((capability) => ({
    kind: capability.kind,
    link: encodeCapabilityLink({ capability, hosts: HOSTS, base: 'https://kith.example' }),
  }))
  const noteRecord = async (note: SharedNote) => {
    const { value, blocks } = await layOutNote(encodeSharedNote(note)!, read, testCrypto, random)
    const { bytes } = await sealSlot(write, encodeSharedValue(value), TERMS, testCrypto, random)
    return { note, record: bytesToHex(bytes), blocks: blocks.map((block) => bytesToHex(block.bytes)) }
  }
  const ended = await sealSlot(write, encodeSharedValue(ENDED), TERMS, testCrypto, random)
  return {
    secret: SECRET,
    path: PATH,
    hosts: HOSTS,
    write: hex(write),
    read: hex(read),
    verify: hex(verify),
    links,
    terms: TERMS,
    notes: { inline: await noteRecord(NOTES.inline!), blocks: await noteRecord(NOTES.blocks!) },
    ended: bytesToHex(ended.bytes),
  }
}
